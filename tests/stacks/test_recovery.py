"""What holds for every recovery stack: it stands alone in its region, and serves what its primary serves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from backend import s3_states
from backend.settings import S3States
from modules.errors import ProblemsError
from modules.pause.expressions import AS_DEPLOYED, resolved
from modules.regions import GLOBAL_REGION
from modules.resilience.recovery.settings import RecoveryTier
from stacks.booking.settings import PROD as BOOKING
from stacks.booking.settings import recovery_of as booking_recovery_of
from stacks.catalogue import catalogue, checked
from stacks.environment import EnvironmentSettings
from stacks.ohi.settings import PROD, STAGING
from stacks.ohi.settings import recovery_of as ohi_recovery_of
from stacks.recovery import recovered
from stacks.webapp.settings import PRODUCTION as WEBAPP
from stacks.webapp.settings import recovery_of as webapp_recovery_of
from tests.stacks.environments import environments, recoveries
from tests.stacks.synthesized import every

Json = dict[str, Any]
COPIED = ("replicate_source_db", "source_region")


@pytest.fixture
def shipped(name: str, output: Path) -> Json:
    """The JSON of a recovery stack as Terraform gets it."""
    found: Json = json.loads((output / "stacks" / name / "cdk.tf.json").read_text())
    return found


@pytest.fixture
def primary(name: str, output: Path) -> Json:
    """That of its primary."""
    of = catalogue()[name].recovery_of
    found: Json = json.loads((output / "stacks" / str(of) / "cdk.tf.json").read_text())
    return found


def primary_of(name: str) -> EnvironmentSettings:
    """The settings of a recovery stack's primary."""
    return environments()[str(catalogue()[name].recovery_of)]


@pytest.mark.parametrize("name", recoveries())
def test_a_recovery_asks_no_api_of_its_primary_s_region(name: str, shipped: Json) -> None:
    recovery, lost = primary_of(name).recovery, primary_of(name).environment.region
    assert recovery
    regions = {provider["region"] for provider in shipped["provider"]["aws"]}
    assert regions == {recovery.region, GLOBAL_REGION}
    assert shipped["terraform"]["backend"]["s3"]["region"] == recovery.region
    # What it takes from there RDS itself copies.
    without = {
        kind: {
            address: {key: value for key, value in body.items() if key not in COPIED}
            for address, body in named.items()
        }
        for kind, named in shipped["resource"].items()
    }
    assert f'"{lost}' not in json.dumps(without)
    assert f":{lost}:" not in json.dumps(without)


@pytest.mark.parametrize("name", recoveries())
def test_a_recovery_runs_the_services_of_its_primary_once_it_is_active(shipped: Json, primary: Json) -> None:
    def running(document: Json) -> dict[str, int]:
        # By construct: names begin with that of the stack.
        services = every(resolved(document), "aws_ecs_service")
        return {
            one["//"]["metadata"]["path"].partition("/")[2]: int(one["desired_count"]) for one in services
        }

    assert running(shipped) == running(primary)
    standby = resolved(shipped, standby=True)
    assert {one["desired_count"] for one in every(standby, "aws_ecs_service")} == {0}
    assert shipped["output"]["recovery_active"]["value"] == f"${{{AS_DEPLOYED}.output}}"


@pytest.mark.parametrize("name", recoveries())
def test_users_are_led_to_either_by_the_same_names(shipped: Json, primary: Json) -> None:
    def hosts(document: Json, role: str) -> set[str]:
        records = document["resource"]["aws_route53_record"].values()
        return {one["name"] for one in records if one.get("failover_routing_policy") == {"type": role}}

    assert hosts(shipped, "SECONDARY")
    assert hosts(shipped, "SECONDARY") == hosts(primary, "PRIMARY")


@pytest.mark.parametrize("name", recoveries())
def test_what_there_is_once_is_the_primary_s(shipped: Json, primary: Json) -> None:
    once = {"aws_cloudfront_distribution", "aws_route53_zone"}
    assert once & primary["resource"].keys()
    assert not once & shipped["resource"].keys()


@pytest.mark.parametrize("name", recoveries())
def test_a_recovery_has_names_and_tags_of_its_own(name: str) -> None:
    settings = recoveries()[name]
    assert settings.environment.tags.values["Environment"] == settings.environment.naming.environment
    assert name == f"{primary_of(name).environment.naming.base}-recovery"
    assert not catalogue()[name].domains


def test_every_production_has_a_recovery() -> None:
    production = {name for name, one in environments().items() if one.recovery}
    assert {catalogue()[name].recovery_of for name in recoveries()} == production


def test_a_recovery_in_the_primary_s_region_is_refused() -> None:
    assert PROD.recovery
    with pytest.raises(ProblemsError, match=r"recovery\.region: got eu-west-1, the primary's own; allowed"):
        replace(PROD, recovery=replace(PROD.recovery, region="eu-west-1"))


def test_a_recovery_in_another_partition_is_refused() -> None:
    assert PROD.recovery
    with pytest.raises(ProblemsError, match="got us-gov-west-1, a region of the partition aws-us-gov; allow"):
        replace(PROD, recovery=replace(PROD.recovery, region="us-gov-west-1"))


def test_a_recovery_that_no_stack_is_is_refused() -> None:
    alone = catalogue()["ohi-prod"]
    wanted = (
        r"ohi-prod\.recovery: got a recovery in eu-central-1, and no stack that takes over there; allowed"
    )
    with pytest.raises(ProblemsError, match=wanted):
        checked([alone])
    assert checked([alone, catalogue()["ohi-prod-recovery"]])


@pytest.mark.parametrize(
    ("primary", "recovery_of", "tier", "got"),
    [
        (PROD, ohi_recovery_of, RecoveryTier.BACKUP, "backup with a database that is a replica"),
        (WEBAPP, webapp_recovery_of, RecoveryTier.BACKUP, "backup with a database that is a replica"),
        (
            BOOKING,
            booking_recovery_of,
            RecoveryTier.PILOT_LIGHT,
            "pilot-light with a database that is created",
        ),
    ],
)
def test_a_tier_that_is_not_how_the_database_comes_there_is_refused(
    primary: Any, recovery_of: Callable[[Any], object], tier: RecoveryTier, got: str
) -> None:
    other = replace(primary, recovery=replace(primary.recovery, tier=tier))
    with pytest.raises(ProblemsError, match=rf"{primary.environment.naming.base}\.recovery\.tier: got {got}"):
        recovery_of(other)


def test_the_recovery_of_what_has_no_load_balancer_is_refused() -> None:
    plain = EnvironmentSettings(environment=PROD.environment, network=PROD.network, recovery=PROD.recovery)
    unchecked: Any = plain
    with pytest.raises(ProblemsError, match="ohi-prod: got EnvironmentSettings, which has no load balancer"):
        recovered(unchecked)


def test_a_recovery_where_no_data_may_go_is_refused() -> None:
    assert PROD.recovery
    with pytest.raises(
        ProblemsError, match=r"got eu-west-3, where no data may be copied to; allowed: eu-cen"
    ):
        replace(PROD, recovery=replace(PROD.recovery, region="eu-west-3"))


def test_a_recovery_of_what_may_be_destroyed_is_refused() -> None:
    with pytest.raises(
        ProblemsError, match="got a recovery with protected=False; allowed: a recovery of what"
    ):
        replace(PROD, protected=False)


def test_a_recovery_without_failover_is_refused() -> None:
    load_balancer = replace(PROD.load_balancer, failover=None)
    with pytest.raises(ProblemsError, match="got failover=None with recovery=set; allowed: both or neither"):
        replace(PROD, load_balancer=load_balancer)


def test_the_recovery_of_an_environment_without_one_is_refused() -> None:
    with pytest.raises(ProblemsError, match="ohi-staging: got an environment without a recovery; allowed"):
        ohi_recovery_of(STAGING)


def test_the_network_of_a_recovery_is_its_own_in_the_catalogue() -> None:
    entries = catalogue()
    other = next(one for one in entries.values() if one.networks and not one.recovery_of)
    taken = replace(entries["ohi-prod-recovery"], networks=other.networks)
    with pytest.raises(ProblemsError, match=r"ohi-prod-recovery\.network\.cidr: got 10\..*, which overlaps"):
        checked([other, taken])


def test_a_region_without_a_class_of_the_stack_is_refused(stacks: dict[str, Json]) -> None:
    from modules.offers.document import document_problems

    document = json.loads(json.dumps(stacks["ohi-prod-recovery"]).replace("eu-central-1", "us-iso-east-1"))
    found = [str(one) for one in document_problems("ohi-prod-recovery", document)]
    assert any("aws_elasticache_replication_group" in one and "us-iso-east-1" in one for one in found)


def test_a_state_that_is_lost_with_the_primary_is_refused(tmp_path: Path) -> None:
    from cdktf import App

    shipped = s3_states()
    (tmp_path / "default.s3.tfbackend").write_text((shipped.directory / "default.s3.tfbackend").read_text())
    with pytest.raises(
        ProblemsError, match="state of ohi-prod-recovery: got a state in eu-west-1, the region"
    ):
        catalogue()["ohi-prod-recovery"].build(App(outdir=str(tmp_path)), S3States(directory=tmp_path))


def test_a_network_that_overlaps_the_primary_s_is_refused() -> None:
    assert PROD.recovery
    recovery = replace(PROD.recovery, cidr=IPv4Network("10.10.64.0/18"))
    with pytest.raises(ProblemsError, match=r"got 10\.10\.64\.0/18, which overlaps 10\.10\.0\.0/16"):
        replace(PROD, recovery=recovery)
