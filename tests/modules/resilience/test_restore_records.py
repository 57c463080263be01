"""The record of restores as it is synthesized, its settings, and its alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.resilience.restore_test.settings import RestoreCheck, RestoreTestSettings
from operations.synthesized import restore_tests
from operations.synthesized.stack import SynthesizedStack

Json = dict[str, Any]
CHECK = RestoreCheck(service="api", command=("verify", "--all"))


class _Instance:
    @property
    def identifiers(self) -> dict[str, str]:
        return {"primary": "shop-test-postgresql", "replica-1": "shop-test-postgresql-replica-1"}


class _Cluster:
    cluster_identifier = "shop-test-aurora"

    @property
    def identifiers(self) -> dict[str, str]:
        return {"writer": "shop-test-aurora-a"}


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> tuple[Json, Any]:
    monitored = []

    def build(stack: Any, context: Any) -> None:
        from modules.resilience.restore_test.records import RestoreRecords

        made = RestoreRecords(
            stack,
            "records",
            context=context,
            databases={"shop": _Instance(), "events": _Cluster()},
            settings=RestoreTestSettings(check=CHECK, alarm_days=45),
        )
        monitored.append(made.monitored)

    return synthesize_module(build), monitored[0]


def test_each_database_has_a_parameter_that_terraform_leaves_alone(built: tuple[Json, Any]) -> None:
    parameters = built[0]["resource"]["aws_ssm_parameter"].values()
    assert {one["name"] for one in parameters} == {
        "/shop-test/restore-tests/shop",
        "/shop-test/restore-tests/events",
    }
    for one in parameters:
        assert one["lifecycle"]["ignore_changes"] == ["insecure_value", "value"]


def test_the_command_finds_the_database_and_the_check_in_the_json(built: tuple[Json, Any]) -> None:
    document = json.loads(json.dumps(built[0]))
    document["resource"]["aws_rds_cluster"] = {"one": {"cluster_identifier": "shop-test-aurora"}}
    found = restore_tests(SynthesizedStack(name="small", document=document))
    assert {name: (one.identifier, one.is_cluster) for name, one in found.items()} == {
        "shop": ("shop-test-postgresql", False),
        "events": ("shop-test-aurora", True),
    }
    assert [one.check for one in found.values()] == [CHECK, CHECK]


def test_an_age_of_more_than_the_settings_days_is_told(built: tuple[Json, Any]) -> None:
    rules = {one.key: one for one in built[1].alarms}
    for name in ("shop", "events"):
        rule = rules[f"{name}-restore"]
        assert (rule.comparison, rule.threshold, rule.series.name) == (">", 45, "DaysSinceRestoreTest")
        assert "infra restore-test shop-test" in rule.description
    assert {"unread", "unrun"} <= rules.keys()


def test_the_function_reads_its_parameters_alone(built: tuple[Json, Any]) -> None:
    (function,) = built[0]["resource"]["aws_cloudformation_stack"].values()
    statements = json.loads(function["template_body"])["Resources"]["Role"]["Properties"]["Policies"][0][
        "PolicyDocument"
    ]["Statement"]
    (reading,) = [one for one in statements if "ssm:GetParameter" in one["Action"]]
    assert reading["Action"] in ("ssm:GetParameter", ["ssm:GetParameter"])
    assert all("aws_ssm_parameter.records" in one for one in reading["Resource"])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"command": ()}, "RestoreCheck.command: got no word"),
        ({"variables": {}}, r"RestoreCheck.variables: got none without \{host\}"),
        ({"variables": {"URL": "{host}:{prot}"}}, "RestoreCheck.variables: got prot; allowed: host, port"),
    ],
)
def test_a_check_that_would_look_at_the_wrong_database_is_refused(given: Json, sentence: str) -> None:
    with pytest.raises(ProblemsError, match=sentence):
        RestoreCheck(**{"service": "api", "command": ("verify",), **given})
