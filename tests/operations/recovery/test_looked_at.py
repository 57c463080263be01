"""What stands ready, and what a failover refuses; without Terraform."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from typer.testing import CliRunner

from aws_emulator import Emulator
from backend.aws_errors import CredentialsError
from modules.errors import ProblemsError
from operations.doctor.findings import Finding, is_healthy
from operations.recovery import app, readiness
from operations.recovery.failback import Failback
from operations.recovery.failover import Failover
from operations.recovery.pair import Pair
from tests.operations.recovery.applied import AWAY, DATABASE, HOME, PRIMARY, RECOVERY
from tests.operations.recovery.world import HOST, World, clear

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module", params=[{}, {"aurora": True}], ids=["rds", "aurora"])
def world(request: Any, session_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Nothing here changes it for good."""
    return World(session_emulator, tmp_path_factory.mktemp("world"), **request.param)


@pytest.fixture(autouse=True)
def _quiet(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    clear(monkeypatch, world.emulator)
    yield
    world.emulator.order_outages()


def found(world: World) -> dict[str, list[Finding]]:
    by_check: dict[str, list[Finding]] = {}
    for one in readiness.findings(world.situation()):
        by_check.setdefault(one.check, []).append(one)
    return by_check


def test_the_status_says_who_writes_and_where_dns_points(world: World) -> None:
    shown = found(world)
    assert is_healthy([one for listed in shown.values() for one in listed]), shown
    assert {one.verdict for one in shown["quotas"]} == {"ok"}
    assert [one.found for one in shown["DNS"]] == [f"{HOST} points to its PRIMARY record"]
    (database,) = shown["databases"]
    assert f"is written in {HOME}; its copy is 0 s behind" in database.found
    world.emulator.order_outages(replica_lag=3600)
    (database,) = found(world)["databases"]
    assert (database.verdict, "3600 s behind" in database.found) == ("warning", True)


def test_while_the_region_is_lost_the_status_says_so_and_the_rest(world: World) -> None:
    world.emulator.order_outages(regions=[HOME])
    shown = found(world)
    assert {one.verdict for one in shown["primary"]} == {"missing"}
    assert [one.fix for one in shown["primary"]] == [f"to take over: infra recovery {PRIMARY} failover"] * 2
    assert [one.found for one in shown["recovery"]] == [f"{RECOVERY} in {AWAY} stands by"]


def refusing(error: Exception) -> Callable[..., Any]:
    def refuse(*_: Any) -> Any:
        raise error

    return refuse


def answered(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeSecret")


def test_with_expired_credentials_nothing_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "check_account", refusing(answered("ExpiredToken")))
    with pytest.raises(CredentialsError, match=r"AWS does not take them \(ExpiredToken\); sign in again"):
        found(world)


@pytest.mark.parametrize(
    ("error", "fix"),
    [
        (answered("AccessDenied"), "sign in with a role that may"),
        (EndpointConnectionError(endpoint_url="http://a"), "look again once it answers"),
        (ProblemsError.one("state", "got no bucket; allowed: one; create it"), "create it"),
    ],
)
def test_what_could_not_be_looked_at_is_not_ready(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, fix: str
) -> None:
    monkeypatch.setitem(readiness.CHECKS, "secrets", refusing(error))
    (secret,) = found(world)["secrets"]
    assert (secret.verdict, secret.fix) == ("missing", fix)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ohi-prod"], r"got ohi-prod; allowed: ohi-prod status\|.*; say what to do"),
        (["ohi-prod", "statsu"], r"allowed: ohi-prod status\|.*; correct 'statsu'"),
        (["ohi-prdo"], r"allowed: STACK status\|.*; correct 'ohi-prdo'"),
        (["statsu", "ohi-prod"], "correct 'statsu'"),
    ],
)
def test_what_is_mistyped_is_named(words: list[str], said: str) -> None:
    with pytest.raises(ProblemsError, match=said):
        CliRunner().invoke(app, words, catch_exceptions=False)


def test_the_help_may_be_asked_behind_a_stack() -> None:
    shown = CliRunner().invoke(app, ["ohi-prod", "--help"])
    assert (shown.exit_code, "failback" in shown.stdout) == (0, True)


def test_copies_secrets_and_images_that_are_not_there_are_missing(world: World) -> None:
    document = dict(world.pair.primary.document)
    database = {"aws_db_instance": {"database": {"identifier": DATABASE}}}
    copied = {"source_db_instance_arn": "${aws_db_instance.database.arn}"}
    document["resource"] = {
        **document["resource"],
        **database,
        "aws_db_instance_automated_backups_replication": {"copies": copied},
        "aws_secretsmanager_secret": {"environment": {"name_prefix": "prod-", "replica": [{"region": AWAY}]}},
    }
    situation = world.situation()
    situation.pair = replace(world.pair, primary=replace(world.pair.primary, document=document))
    (copy,) = readiness.copies(situation)
    (secret,) = readiness.secrets(situation)
    assert (copy.found, secret.found) == (f"no copy of {DATABASE} yet", f"prod- is not in {AWAY}")
    world.client("secretsmanager", AWAY).create_secret(Name="prod-1", SecretString="x")
    (secret,) = readiness.secrets(situation)
    assert secret.found == f"prod-1 is in {AWAY}"


def test_what_exceeds_a_quota_of_the_second_region_is_refused_with_the_request(world: World) -> None:
    document = {**world.pair.recovery.document}
    document["resource"] = {**document["resource"], "aws_vpc": {"vpc": {"tags": {"Name": "shop"}}}}
    situation = world.situation()
    situation.pair = replace(world.pair, recovery=replace(world.pair.recovery, document=document))
    ec2, made = world.client("ec2", AWAY), []
    in_use = len(ec2.describe_vpcs()["Vpcs"])

    def vpcs() -> tuple[Finding, str]:
        found = [one for one in readiness.quota(situation) if "VPCs: 1 needed" in one.found]
        return found[0], found[0].found.partition("VPCs: ")[2].partition(";")[0]

    finding, text = vpcs()
    assert (finding.verdict, text) == ("ok", f"1 needed, {in_use} in use by others, 5 allowed")
    while len(ec2.describe_vpcs()["Vpcs"]) < 5:
        made.append(ec2.create_vpc(CidrBlock="10.9.0.0/24")["Vpc"]["VpcId"])
    finding, text = vpcs()
    assert (finding.verdict, text) == ("missing", "1 needed, 5 in use by others, 5 allowed")
    assert finding.fix == (
        f"aws service-quotas request-service-quota-increase --region {AWAY} "
        "--service-code vpc --quota-code L-F678F1CE --desired-value 6"
    )
    for vpc in made:
        ec2.delete_vpc(VpcId=vpc)


def test_an_image_that_nobody_named_is_not_said_to_be_there(world: World) -> None:
    document = json.loads(json.dumps(world.pair.recovery.document))
    named = json.dumps([{"name": "api", "image": "${aws_ssm_parameter.api.value}"}])
    document["resource"]["aws_ecs_task_definition"]["api"]["container_definitions"] = named
    document["resource"]["aws_ssm_parameter"] = {"api": {"name": "/shop/api/image"}}
    situation = world.situation()
    situation.pair = replace(world.pair, recovery=replace(world.pair.recovery, document=document))
    assert [one.found for one in readiness.images(situation)] == ["api: no parameter /shop/api/image"]


def test_a_failover_of_what_answers_has_to_be_meant(world: World) -> None:
    with pytest.raises(ProblemsError, match=f"{PRIMARY}: got a primary that answers; allowed: --switchover"):
        Failover(world.situation(), switchover=False, primary_is_lost=False).check()
    with pytest.raises(ProblemsError, match="got --switchover and --primary-is-lost"):
        Failover(world.situation(), switchover=True, primary_is_lost=True).check()
    world.emulator.order_outages(regions=[HOME])
    Failover(world.situation(), switchover=False, primary_is_lost=False).check()
    with pytest.raises(ProblemsError, match=f"got no answer from {HOME}"):
        Failover(world.situation(), switchover=True, primary_is_lost=False).check()
    with pytest.raises(ProblemsError, match=f"got no answer from {HOME}; allowed: a region that is back"):
        Failback(world.situation()).check()


def test_somebody_who_applies_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.recovery.situation.holders", lambda stack: [f"me, {stack}"])
    with pytest.raises(ProblemsError, match=f"lock of {RECOVERY}: got held: me"):
        Failover(world.situation(), switchover=True, primary_is_lost=False).check()


def test_nothing_is_left_to_do_for_a_failback_of_what_stands_by(world: World) -> None:
    situation = world.situation()
    made = Failback(situation)
    made.check()
    # Both are planned again, which changes nothing.
    left = {step.title for step in made.steps() if not step.done()}
    assert left == {f"See that nothing is left to do in {one}" for one in (PRIMARY, RECOVERY)}


def test_a_database_without_its_primary_is_refused(world: World) -> None:
    without = replace(world.pair.primary, document={**world.pair.primary.document, "resource": {}})
    pair: Pair = replace(world.pair, primary=without)
    with pytest.raises(ProblemsError, match=f"in {PRIMARY}; allowed: the database that the recovery"):
        assert [*pair.replicas(), *pair.clusters()]
