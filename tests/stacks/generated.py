"""Environments that nobody wrote: all different, all valid. What products share of generating them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Network

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from modules.errors import ProblemsError
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.networking.settings import FlowLogSettings, NatGateways, NetworkSettings
from modules.networking.subnet_plan import Tier
from stacks.catalogue import catalogue, checked
from stacks.entry import Entry

labels = st.from_regex(r"[a-z][a-z0-9]{1,7}(-[a-z0-9]{1,4})?", fullmatch=True)
retention = st.sampled_from((1, 3, 7, 30, 90, 365))
emails = st.lists(labels.map("{}@shop.example".format), min_size=1, max_size=3, unique=True)
people = emails.map(lambda found: TopicSettings(emails=tuple(found)))


@st.composite
def networks(
    draw: st.DrawFn, tiers: tuple[Tier, ...], nat_gateways: tuple[NatGateways, ...]
) -> NetworkSettings:
    bits = draw(st.integers(16, 20))
    address = (10 << 24) + (draw(st.integers(0, 2 ** (bits - 8) - 1)) << (32 - bits))
    return NetworkSettings(
        cidr=IPv4Network((address, bits)),
        zones=draw(st.sampled_from((("a", "b"), ("b", "c"), ("a", "b", "c")))),
        tiers=tiers,
        nat_gateways=draw(st.sampled_from(nat_gateways)),
        flow_logs=FlowLogSettings(retention_days=draw(retention)),
    )


@st.composite
def topics(draw: st.DrawFn) -> MonitoringSettings:
    return MonitoringSettings(warning=draw(people), critical=draw(st.none() | people))


class EnoughError(Exception):
    """Ends the generation."""


def accepted(entries_of: st.SearchStrategy[Entry], number: int, beside: Iterable[Entry] = ()) -> list[Entry]:
    """So many entries that the catalogue takes together, beside those that ship and the given ones."""
    entries: dict[str, Entry] = {}
    shipped = [*catalogue().values(), *beside]

    @settings(
        max_examples=20 * number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(entries_of)
    def collect(entry: Entry) -> None:
        with suppress(ProblemsError):
            checked([*shipped, *entries.values(), entry])
            entries[entry.name] = entry
        if len(entries) == number:
            raise EnoughError

    with suppress(EnoughError):
        collect()
    assert len(entries) == number, f"{len(entries)} of {number}"
    return list(entries.values())
