"""A copy is restored apart, checked, recorded and deleted; what goes wrong is recorded too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations.restore_test import check, restore_test
from tests.operations.restore_test.conftest import CLUSTER, DATABASE, PARAMETER, RESTORED, WORDS, Shop
from tests.operations.small_stack import STACK, invoke

pytestmark = pytest.mark.emulator
Json = dict[str, Any]


def run(*words: str) -> Any:
    return invoke(restore_test, *WORDS[1:], *words)


@pytest.fixture
def seen(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Json:
    """What there is while the check runs."""
    found: Json = {}
    own = check.Check.run

    def look(self: Any, *words: Any, **given: Any) -> check.Outcome:
        found["databases"] = {
            one["DBInstanceIdentifier"]: one for one in shop.rds.describe_db_instances()["DBInstances"]
        }
        found["clusters"] = {
            one["DBClusterIdentifier"]: one for one in shop.rds.describe_db_clusters()["DBClusters"]
        }
        listed = shop.ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [shop.vpc]}])
        found["groups"] = {one["GroupName"]: one for one in listed["SecurityGroups"]}
        return own(self, *words, **given)

    monkeypatch.setattr(check.Check, "run", look)
    return found


def test_the_newest_copy_is_restored_checked_recorded_and_deleted(shop: Shop) -> None:
    done = run("--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["succeeded"]
    assert report["identifier"] == DATABASE
    assert report["check"]["exitCode"] == 0
    assert shop.is_as_before()
    assert shop.record["succeeded"]
    assert shop.record["last"] == report
    metrics = shop.client("cloudwatch").list_metrics(Namespace=STACK)["Metrics"]
    assert [(one["MetricName"], one["Dimensions"]) for one in metrics] == [
        ("RestoreSucceeded", [{"Name": "Database", "Value": "shop"}])
    ]


@pytest.mark.parametrize("words", [(), ("--copy", "snapshot")])
def test_what_is_restored_is_reached_by_the_check_alone(
    shop: Shop, seen: Json, words: tuple[str, ...]
) -> None:
    done = run(*words)
    assert done.exit_code == 0, done.output
    restored, source = seen["databases"][RESTORED], seen["databases"][DATABASE]
    own, checks = (seen["groups"][name] for name in (RESTORED, f"{RESTORED}-check"))
    assert [one["VpcSecurityGroupId"] for one in restored["VpcSecurityGroups"]] == [own["GroupId"]]
    assert restored["DBSubnetGroup"]["DBSubnetGroupName"] == source["DBSubnetGroup"]["DBSubnetGroupName"]
    on = {name: restored[name] for name in ("PubliclyAccessible", "MultiAZ", "DeletionProtection")}
    assert not any(on.values()), on
    assert restored["StorageEncrypted"]
    assert {one["Key"]: one["Value"] for one in restored["TagList"]} == {"RestoreTest": DATABASE}
    (rule,) = own["IpPermissions"]
    assert (rule["FromPort"], [one["GroupId"] for one in rule["UserIdGroupPairs"]]) == (
        5432,
        [checks["GroupId"]],
    )
    assert own["IpPermissionsEgress"] == [] == rule["IpRanges"]
    (way,) = checks["IpPermissionsEgress"]
    assert [one["GroupId"] for one in way["UserIdGroupPairs"]] == [own["GroupId"]]
    assert checks["IpPermissions"] == []
    (task,) = shop.tasks("STOPPED")
    started = shop.described(task)
    assert started["startedBy"] == "infra-restore-test"
    definition = shop.ecs.describe_task_definition(taskDefinition=started["taskDefinitionArn"])
    (api,) = [one for one in definition["taskDefinition"]["containerDefinitions"] if one["name"] == "api"]
    host = restored["Endpoint"]["Address"]
    assert {"name": "DATABASE_HOST", "value": host} in api["environment"]
    assert api["command"] == ["python", "manage.py", "migrate", "--check"]


def test_a_cluster_is_restored_with_a_writer(shop: Shop, seen: Json, tmp_path: Any) -> None:
    shop.rds.modify_db_instance(DBInstanceIdentifier=DATABASE, DeletionProtection=False)
    shop.rds.delete_db_instance(DBInstanceIdentifier=DATABASE, SkipFinalSnapshot=True)
    shop.create_cluster()
    shop.write(tmp_path)
    before = shop.databases
    done = run()
    assert done.exit_code == 0, done.output
    assert seen["clusters"][f"{CLUSTER}-restore-test"]["DBSubnetGroup"] == "shop"
    writer = seen["databases"][f"{CLUSTER}-restore-test-1"]
    assert (writer["DBInstanceClass"], writer["PubliclyAccessible"]) == ("db.serverless", False)
    assert shop.databases == before
    assert shop.groups == {"default", "web"}


def test_a_check_that_fails_is_a_failure_and_keeps_the_last_success(shop: Shop) -> None:
    assert run().exit_code == 0
    succeeded = shop.record["succeeded"]
    shop.order("api", api={"looks": "1", "exit-code": "3"})
    done = run("--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["why"] == "the check ended with exit code 3"
    assert "the check ended with exit code 3. What it was restored to is deleted." in done.stderr
    assert shop.is_as_before()
    assert shop.record["succeeded"] == succeeded
    assert shop.record["last"]["succeeded"] is False


def test_a_look_by_sql_runs_python_as_the_service_and_tells_what_it_found(
    shop: Shop, seen: Json, tmp_path: Any
) -> None:
    shop.describe(DATABASE, check={"service": "api", "tables": 3, "image": "python:3.13", "minutes": 1})
    found = {"tables": 4, "read": 4, "rows": 7, "migrations": {"public.alembic_version": "0a1b"}}
    shop.order("api", api={"looks": "1", "logs": json.dumps(["a line", json.dumps(found)])})
    shop.write(tmp_path)
    done = run("--json")
    assert done.exit_code == 0, done.output
    assert "checked by api: a look by SQL, with python:3.13" in done.stderr
    report = json.loads(done.stdout)
    assert report["check"] == {"service": "api", "image": "python:3.13", "exitCode": 0, "found": found}
    assert shop.record["last"] == report
    (task,) = shop.tasks("STOPPED")
    arn = shop.described(task)["taskDefinitionArn"]
    definition = shop.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    # Without what is beside the service's program.
    (api,) = definition["containerDefinitions"]
    assert (api["name"], api["image"], api["command"][:2]) == ("api", "python:3.13", ["python", "-c"])
    assert "healthCheck" not in api
    host = seen["databases"][RESTORED]["Endpoint"]["Address"]
    given = {one["name"]: one["value"] for one in api["environment"]}
    assert (given["DATABASE_HOST"], given["TABLES"]) == (host, "3")


def test_without_a_check_a_restore_that_becomes_available_is_a_success(shop: Shop, tmp_path: Any) -> None:
    shop.describe(DATABASE, check=None)
    shop.write(tmp_path)
    done = run()
    assert done.exit_code == 0, done.output
    assert "restored, and was not checked." in done.stderr
    assert shop.is_as_before()


def test_a_dry_run_says_what_it_would_do_and_does_nothing(shop: Shop) -> None:
    done = run("--dry-run", "--json")
    assert done.exit_code == 0, done.output
    assert f"restored as {RESTORED}, in the subnets of shop" in done.stderr
    assert "checked by api: python manage.py migrate --check" in done.stderr
    assert json.loads(done.stdout)["succeeded"] is False
    assert shop.is_as_before()
    assert "last" not in shop.record


def test_a_stack_that_was_not_applied_with_its_record_is_told(shop: Shop) -> None:
    shop.ssm.delete_parameter(Name=PARAMETER)
    done = run()
    assert done.exit_code == 0, done.output
    assert f"There is no parameter {PARAMETER} to record it in: apply the stack." in done.stderr


def test_what_is_not_there_is_refused_in_a_sentence(shop: Shop, tmp_path: Any) -> None:
    def refused(*words: str) -> str:
        done = run(*words)
        assert done.exception is not None
        return str(done.exception)

    assert "got 'blog'; allowed: shop" in refused("blog")
    shop.describe("gone")
    shop.write(tmp_path)
    assert "database shop: got no gone in eu-west-1; allowed: a stack that was applied" in refused()
    shop.describe(DATABASE, check={**CHECK_OF_NOBODY})
    shop.write(tmp_path)
    assert "got nobody" in refused().replace("'", "")
    del shop.resources["aws_ssm_parameter"]["record"]
    shop.write(tmp_path)
    assert "got no restore test in the settings" in refused()
    assert shop.is_as_before()


CHECK_OF_NOBODY = {
    "service": "nobody",
    "command": ["true"],
    "variables": {"DATABASE_HOST": "{host}"},
    "minutes": 1,
}


def test_a_database_of_the_same_name_that_no_test_made_is_never_deleted(shop: Shop) -> None:
    shop.rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier=RESTORED, DBSnapshotIdentifier="by-hand"
    )
    for words in ((), ("--delete",)):
        done = run(*words)
        assert f"got {RESTORED} without the tag RestoreTest={DATABASE}" in str(done.exception)
    assert shop.databases == {DATABASE, RESTORED}
