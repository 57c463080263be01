"""Environments of Web app that nobody wrote: all different, all valid."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv4Network

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from modules.compute.cluster.settings import Capacity, ClusterSettings
from modules.compute.service.fargate_sizes import FARGATE_SIZES
from modules.compute.service.scaling_settings import ScalingSettings
from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.databases.connection_budget import OPERATIONS, RESERVED
from modules.dns.settings import HostedZoneSettings
from modules.edge.website.settings import WebsiteSettings
from modules.errors import ProblemsError
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.networking.settings import FlowLogSettings, NatGateways, NetworkSettings
from modules.networking.subnet_plan import Tier
from stacks.catalogue import catalogue, checked
from stacks.entry import Entry, environment_entry
from stacks.webapp.schema import WebappSettings
from stacks.webapp.settings import ENVIRONMENTS, environment_of, website_of

GENERATED = 50
labels = st.from_regex(r"[a-z][a-z0-9]{1,7}(-[a-z0-9]{1,4})?", fullmatch=True)
retention = st.sampled_from((1, 3, 7, 30, 90, 365))
emails = st.lists(labels.map("{}@shop.example".format), min_size=1, max_size=3, unique=True)
people = emails.map(lambda found: TopicSettings(emails=tuple(found)))


@st.composite
def networks(draw: st.DrawFn) -> NetworkSettings:
    bits = draw(st.integers(16, 20))
    address = (10 << 24) + (draw(st.integers(0, 2 ** (bits - 8) - 1)) << (32 - bits))
    return NetworkSettings(
        cidr=IPv4Network((address, bits)),
        zones=draw(st.sampled_from((("a", "b"), ("b", "c"), ("a", "b", "c")))),
        tiers=(Tier.PUBLIC, Tier.PRIVATE),
        nat_gateways=draw(st.sampled_from((NatGateways.SINGLE, NatGateways.ONE_PER_ZONE))),
        flow_logs=FlowLogSettings(retention_days=draw(retention)),
    )


@st.composite
def databases(draw: st.DrawFn, zones: tuple[str, ...], *, protected: bool) -> AuroraSettings:
    low, high = sorted((draw(st.integers(0, 256)), draw(st.integers(2, 256))))
    pause = draw(st.none() | st.integers(300, 86_400)) if low == 0 else None
    maximum = max(high / 2, 1)
    return AuroraSettings(
        database=draw(st.sampled_from(("webapp", "shop_2"))),
        capacity=AuroraCapacity(minimum=low / 2, maximum=maximum, seconds_until_auto_pause=pause),
        zones=zones if protected else zones[: draw(st.integers(1, len(zones)))],
        backup_days=draw(st.integers(7, 35)),
        rotation_days=draw(st.integers(1, 90)),
        log_retention_days=draw(retention),
        # 13 is out of standard support: modules/offers.
        version=draw(st.integers(14, 17)),
        protected=protected,
    )


@st.composite
def topics(draw: st.DrawFn) -> MonitoringSettings:
    return MonitoringSettings(warning=draw(people), critical=draw(st.none() | people))


@st.composite
def webapps(draw: st.DrawFn) -> WebappSettings:
    base = draw(st.sampled_from(tuple(reversed(ENVIRONMENTS))))
    network, protected = draw(networks()), draw(st.booleans())
    domain = f"{draw(labels)}.{draw(labels)}.example"
    database = draw(databases(network.zones, protected=protected))
    low, high = sorted((draw(st.integers(1, 4)), draw(st.integers(1, 6))))
    cpu = draw(st.sampled_from(sorted(FARGATE_SIZES)))
    fits = (database.capacity.max_connections - OPERATIONS - RESERVED) // (2 * high)
    website: WebsiteSettings = replace(
        website_of(domain),
        ttl=draw(st.integers(0, 86_400)),
        additional_metrics=draw(st.booleans()),
        protected=protected,
    )
    return replace(
        base,
        environment=environment_of(draw(labels)),
        network=network,
        zone=HostedZoneSettings(domain=domain, protected=protected),
        database=database,
        database_pool_size=draw(st.integers(1, fits)),
        database_pool_idle_seconds=draw(st.integers(60, 900)),
        cluster=ClusterSettings(capacity=draw(st.sampled_from(Capacity))),
        api=replace(
            base.api,
            cpu=cpu,
            memory=draw(st.sampled_from(FARGATE_SIZES[cpu])),
            count=low,
            scaling=ScalingSettings(minimum=low, maximum=high),
            log_retention_days=draw(retention),
        ),
        website=website,
        monitoring=draw(topics()),
        protected=protected,
    )


class EnoughError(Exception):
    """Ends the generation."""


def accepted() -> list[Entry]:
    """Entries that the catalogue takes together, beside those that ship."""
    entries: dict[str, Entry] = {}
    shipped = list(catalogue().values())

    @settings(
        max_examples=20 * GENERATED,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(webapps())
    def collect(one: WebappSettings) -> None:
        entry = environment_entry(one, "stacks.webapp.stack:WebappStack")
        with suppress(ProblemsError):
            checked([*shipped, *entries.values(), entry])
            entries[entry.name] = entry
        if len(entries) == GENERATED:
            raise EnoughError

    with suppress(EnoughError):
        collect()
    return list(entries.values())
