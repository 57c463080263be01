"""Environments of Web app that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import strategies as st

from modules.compute.cluster.settings import Capacity, ClusterSettings
from modules.compute.service.fargate_sizes import FARGATE_SIZES
from modules.compute.service.scaling_settings import ScalingSettings
from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.databases.connection_budget import OPERATIONS, RESERVED
from modules.dns.settings import HostedZoneSettings
from modules.edge.website.settings import WebsiteSettings
from modules.networking.settings import NatGateways
from modules.networking.subnet_plan import Tier
from stacks.entry import Entry, environment_entry
from stacks.webapp.schema import WebappSettings
from stacks.webapp.settings import ENVIRONMENTS, environment_of, website_of
from tests.stacks.generated import accepted, labels, networks, retention, topics

GENERATED = 50
TIERS = (Tier.PUBLIC, Tier.PRIVATE)
NAT_GATEWAYS = (NatGateways.SINGLE, NatGateways.ONE_PER_ZONE)


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
def webapps(draw: st.DrawFn) -> WebappSettings:
    base = draw(st.sampled_from(tuple(reversed(ENVIRONMENTS))))
    network, protected = draw(networks(TIERS, NAT_GATEWAYS)), draw(st.booleans())
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
        recovery=None,
        secret=None,
        load_balancer=replace(base.load_balancer, failover=None),
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


def entries(beside: Iterable[Entry] = ()) -> list[Entry]:
    """Entries that the catalogue takes together."""
    found = webapps().map(lambda one: environment_entry(one, "stacks.webapp.stack:WebappStack"))
    return accepted(found, GENERATED, beside)
