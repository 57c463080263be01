"""Environments of Booking that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import strategies as st

from modules.compute.cluster.settings import Capacity, ClusterSettings
from modules.compute.service.fargate_sizes import FARGATE_SIZES
from modules.compute.service.scaling_settings import ScalingSettings
from modules.compute.service.settings import ServiceSettings
from modules.databases.redis.settings import RedisSettings
from modules.dns.settings import HostedZoneSettings
from modules.edge.media.settings import MediaDistributionSettings
from modules.networking.settings import InterfaceEndpointSettings, NatGateways
from modules.networking.subnet_plan import Tier
from stacks.booking.schema import FUNCTION_ENDPOINTS, BookingSettings
from stacks.booking.settings import ENVIRONMENTS, environment_of
from stacks.entry import Entry, environment_entry
from tests.stacks.generated import accepted, labels, networks, retention, topics

GENERATED = 20


@st.composite
def services(draw: st.DrawFn, base: ServiceSettings, *, public_ip: bool) -> ServiceSettings:
    low, high = sorted((draw(st.integers(1, 3)), draw(st.integers(1, 4))))
    cpu = draw(st.sampled_from([size for size in sorted(FARGATE_SIZES) if size >= base.cpu]))
    return replace(
        base,
        cpu=cpu,
        memory=draw(st.sampled_from([size for size in FARGATE_SIZES[cpu] if size >= base.memory])),
        count=low,
        scaling=ScalingSettings(minimum=low, maximum=high),
        log_retention_days=draw(retention),
        public_ip=public_ip,
    )


@st.composite
def bookings(draw: st.DrawFn) -> BookingSettings:
    base: BookingSettings = draw(st.sampled_from(tuple(reversed(ENVIRONMENTS))))
    network = draw(networks(tuple(Tier), tuple(NatGateways)))
    alone, protected = network.nat_gateways is NatGateways.NONE, draw(st.booleans())
    domain = f"{draw(labels)}.{draw(labels)}.example"
    sessions = RedisSettings(name="sessions", node_type="cache.t4g.small", shards=2)
    endpoints = InterfaceEndpointSettings(services=FUNCTION_ENDPOINTS, zones=draw(st.none() | st.just(1)))
    return replace(
        base,
        environment=environment_of(draw(labels)),
        recovery=None,
        load_balancer=replace(base.load_balancer, failover=None),
        network=network,
        endpoints=endpoints if alone else None,
        zone=HostedZoneSettings(domain=domain, protected=protected),
        host=draw(st.sampled_from((domain, f"api.{domain}"))),
        # Room for the connections of all tasks.
        database=replace(
            base.database,
            instance_class="db.t4g.medium",
            backup_days=draw(st.integers(7, 35)),
            protected=protected,
        ),
        media_distribution=draw(st.none() | st.just(MediaDistributionSettings(domains=(f"media.{domain}",)))),
        sessions=draw(st.none() | st.just(sessions)),
        cluster=ClusterSettings(capacity=draw(st.sampled_from(Capacity))),
        web=draw(services(base.web, public_ip=alone)),
        worker=draw(services(base.worker, public_ip=alone)),
        monitoring=draw(topics()),
        protected=protected,
    )


def entries(beside: Iterable[Entry] = ()) -> list[Entry]:
    """Entries that the catalogue takes together."""
    found = bookings().map(lambda one: environment_entry(one, "stacks.booking.stack:BookingStack"))
    return accepted(found, GENERATED, beside)
