"""Terraform with few blocks of a type of the provider: the provider gets all, empty, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgpack
import pytest

from aws_emulator import Emulator
from operations.sandbox.workspace import PROVIDER_VERSIONS
from operations.terraform import Terraform
from tests.conftest import Json, resources
from tests.kept_provider.blocks import with_few_blocks
from tests.kept_provider.program import FEW_BLOCKS, WEB_ACL, has_few_blocks, large_types
from tests.stacks.environments import environments

AWS = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
VISIBLE = {"cloudwatch_metrics_enabled": True, "metric_name": "one", "sampled_requests_enabled": False}
GROUP = "AWSManagedRulesCommonRuleSet"
RULE: Json = {
    "name": "known",
    "priority": 1,
    "override_action": {"none": {}},
    "statement": {
        "managed_rule_group_statement": {"name": "AWSManagedRulesCommonRuleSet", "vendor_name": "AWS"}
    },
    "visibility_config": VISIBLE,
}
NEGATED = {"not_statement": {"statement": [{"geo_match_statement": {"country_codes": ["NO"]}}]}}


def project(directory: Path, *rules: Json) -> Path:
    """A directory with a web ACL of these rules."""
    document = {
        "terraform": {
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
        },
        "provider": {"aws": [{"region": "eu-west-1"}]},
        "resource": {
            WEB_ACL: {
                "one": {
                    "name": "one",
                    "scope": "REGIONAL",
                    "default_action": {"allow": {}},
                    "rule": rules,
                    "visibility_config": VISIBLE,
                }
            }
        },
    }
    (directory / "cdk.tf.json").write_text(json.dumps(document))
    return directory


def field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def nested(name: str, *blocks: bytes) -> bytes:
    """A nested block in a schema."""
    return field(3, field(1, name.encode()) + field(2, b"".join(blocks)) + bytes([3 << 3, 1]))


def entry(*blocks: bytes) -> bytes:
    """A type's entry in the answer of GetSchema."""
    attribute = field(2, field(1, b"arn"))
    return field(1, WEB_ACL.encode()) + field(2, field(2, attribute + b"".join(blocks)))


WHOLE = entry(nested("rule", nested("action", nested("allow")), nested("label")), nested("captcha"))
FEW: Json = {"rule": {"action": {}}}


def value(content: Any) -> bytes:
    """A value in a message."""
    return field(1, msgpack.packb(content))


def test_a_schema_has_the_blocks_that_are_kept_and_its_attributes() -> None:
    fewer, left_out = with_few_blocks(WHOLE, FEW)
    assert fewer == entry(nested("rule", nested("action")))
    assert left_out.names == {"captcha"}
    assert left_out.within["rule"].names == {"label"}


def test_the_provider_is_told_of_them_and_terraform_is_not() -> None:
    left_out = with_few_blocks(WHOLE, FEW)[1]
    unknown = msgpack.ExtType(0, b"\0")
    few = {"arn": unknown, "rule": [{"action": [{"n": 1.5}], "name": "a"}, {"action": [], "name": "b"}]}
    whole = {
        "arn": unknown,
        "captcha": [],
        "rule": [
            {"action": [{"n": 1.5, "allow": []}], "label": [], "name": "a"},
            {"action": [], "label": [], "name": "b"},
        ],
    }
    type_name, private = field(1, WEB_ACL.encode()), field(5, b"private")
    request = left_out.request(
        "PlanResourceChange", type_name + field(2, value(None)) + field(3, value(few)) + private
    )
    parts = field(2, value(None)), field(3, value(whole))
    assert decoded(request) == decoded(b"".join((type_name, *parts, private)))
    assert decoded(left_out.answer("PlanResourceChange", field(1, value(whole)))) == decoded(
        field(1, value(few))
    )
    assert left_out.answer("Configure", private) == left_out.request("Configure", private) == private


def decoded(message: bytes) -> list[Any]:
    """A message of single bytes for tags and lengths, with its values read."""
    found: list[Any] = []
    while message:
        number, length = message[0] >> 3, message[1]
        content, message = message[2 : 2 + length], message[2 + length :]
        inner = content[2:] if content[:1] == b"\x0a" else None
        found.append((number, msgpack.unpackb(inner) if inner else content))
    return found


def test_what_is_not_empty_is_not_lost_in_silence() -> None:
    left_out = with_few_blocks(WHOLE, FEW)[1]
    with pytest.raises(ValueError, match="not empty: captcha"):
        left_out.answer("ReadResource", field(1, value({"captcha": [{}], "rule": []})))


def test_they_are_those_of_the_stacks_and_others_get_all(stacks: dict[str, Json], tmp_path: Path) -> None:
    having = [name for name in environments() if [*resources(stacks[name], WEB_ACL)]]
    assert having
    for name in having:
        (tmp_path / "cdk.tf.json").write_text(json.dumps(stacks[name]))
        assert has_few_blocks(tmp_path), name
    given = {"large": str(tmp_path / "large")}
    assert large_types(given, project(tmp_path, RULE)) == FEW_BLOCKS
    assert large_types(given, project(tmp_path, RULE, {**RULE, "statement": NEGATED})) == WEB_ACL


@pytest.mark.emulator
def test_a_web_acl_is_the_same_for_a_provider_that_terraform_starts(
    emulator: Emulator, tmp_path: Path
) -> None:
    environment = emulator.environment("eu-west-1")
    terraform = Terraform(project(tmp_path, RULE), environment=environment)
    terraform.init()
    terraform.apply()
    shown = terraform.show()["values"]["root_module"]["resources"][0]["values"]
    assert "captcha_config" not in shown, "Terraform was told every block"
    waf = emulator.client("wafv2", "eu-west-1")
    (made,) = waf.list_web_acls(Scope="REGIONAL")["WebACLs"]
    rules = waf.get_web_acl(Scope="REGIONAL", Name="one", Id=made["Id"])["WebACL"]["Rules"]
    assert [rule["Statement"] for rule in rules] == [
        {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": GROUP}}
    ]
    own = Terraform(tmp_path, environment={**environment, "KEPT_PROVIDER": "off"})
    assert own.plan().empty
