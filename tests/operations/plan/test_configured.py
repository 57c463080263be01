"""What checkov is given of a deployed stack is what its configuration sets, as before the first apply."""

from __future__ import annotations

from typing import Any

import pytest

from operations.plan.configured import configured
from operations.plan.policy import checkov, findings

Json = dict[str, Any]
RULE = {"from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"]}


def plan(values: Json, *, sets: tuple[str, ...], address: str = "aws_security_group.web") -> Json:
    """A plan of one resource that has these values, and whose configuration sets some of them."""
    resource = {"address": address, "mode": "managed", "values": values}
    changed = {"address": address, "change": {"actions": ["no-op"], "before": values, "after": values}}
    configuration = {
        "address": address.partition("[")[0],
        "expressions": {name: {"constant_value": values[name]} for name in sets},
    }
    return {
        "planned_values": {"root_module": {"resources": [resource]}},
        "resource_changes": [changed],
        "configuration": {"root_module": {"resources": [configuration]}},
    }


def judged(document: Json) -> list[Json]:
    """The values of the one resource, in both places where checkov reads them."""
    found = configured(document)
    [resource] = found["planned_values"]["root_module"]["resources"]
    [changed] = found["resource_changes"]
    return [resource["values"], changed["change"]["after"]]


def test_rules_that_aws_answers_are_not_judged() -> None:
    answered = {
        "name": "web",
        "ingress": [RULE],
        "egress": [],
        "tags_all": {"Service": "web"},
        "timeouts": None,
    }
    kept = {name: value for name, value in answered.items() if name != "ingress"}
    assert judged(plan(answered, sets=("name",))) == [kept, kept]


def test_rules_that_the_configuration_sets_are_judged() -> None:
    answered = {"name": "web", "ingress": [RULE]}
    assert judged(plan(answered, sets=("name", "ingress"))) == [answered, answered]


def test_what_has_no_values_gets_none() -> None:
    password = {"address": "ephemeral.aws_secretsmanager_random_password.one", "mode": "ephemeral"}
    document = {"planned_values": {"root_module": {"resources": [password]}}}
    assert configured(document) == document


def test_an_index_of_an_address_changes_nothing() -> None:
    found = judged(
        plan({"name": "web", "ingress": [RULE]}, sets=("name",), address="aws_security_group.web[0]")
    )
    assert found == [{"name": "web"}, {"name": "web"}]


def test_what_is_destroyed_and_what_has_no_configuration_stays_as_it_is() -> None:
    gone = {"address": "aws_sns_topic.gone", "change": {"actions": ["delete"], "before": {}, "after": None}}
    document = {"resource_changes": [gone], "configuration": {"root_module": {}}}
    assert configured(document) == document


def test_the_plan_that_is_given_is_not_changed() -> None:
    document = plan({"name": "web", "ingress": [RULE]}, sets=("name",))
    configured(document)
    assert document == plan({"name": "web", "ingress": [RULE]}, sets=("name",))


@pytest.mark.skipif(checkov() is None, reason="no checkov here; make policy installs it")
@pytest.mark.parametrize(("sets", "found"), [(("name",), False), (("name", "ingress"), True)])
def test_checkov_finds_an_open_port_only_where_it_is_set(sets: tuple[str, ...], *, found: bool) -> None:
    rule = {**RULE, "protocol": "tcp", "description": "", "ipv6_cidr_blocks": [], "prefix_list_ids": []}
    document = plan({"name": "web", "ingress": [rule]}, sets=sets)
    [resource] = document["planned_values"]["root_module"]["resources"]
    resource |= {
        "type": "aws_security_group",
        "name": "web",
        "provider_name": "registry.terraform.io/hashicorp/aws",
    }
    document |= {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []}
    document["configuration"]["root_module"]["resources"][0] |= {"type": "aws_security_group", "name": "web"}
    assert ("CKV_AWS_260" in [one.check for one in findings({"shop": document})]) is found
