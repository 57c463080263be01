"""Templates of CloudFormation: checked by cfn-lint, since Terraform and checkov see a text in them.

Errors and warnings count; cfn-lint's informational rules are about style.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from modules.functions.function import MAX_TEMPLATE_BYTES

Json = dict[str, Any]
# A reference that Terraform resolves; `$${` is a dollar sign.
REFERENCE = re.compile(r"(?<!\$)\$\{[^}]*\}")
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-abcdef"
# What the templates of all stacks have at least.
TYPES = {"AWS::ElastiCache::User", "AWS::ElastiCache::UserGroup", "AWS::IAM::Role", "AWS::Lambda::Function"}


def value_of(reference: str) -> str:
    """Something of the form that a reference has."""
    kinds = {
        "${aws_security_group.": "sg-0123456789abcdef0",
        "${aws_subnet.": "subnet-0123456789abcdef0",
        "${data.aws_partition.": "aws",
        "${data.aws_caller_identity.": "123456789012",
        "${aws_ecs_cluster.": "shop",
    }
    return next((value for kind, value in kinds.items() if reference.startswith(kind)), ARN)


def resolved(template: str) -> str:
    """A template as CloudFormation would get it."""
    return REFERENCE.sub(lambda found: value_of(found[0]), template).replace("$${", "${").replace("%%{", "%{")


@cache
def _runner() -> Any:
    """cfn-lint for all regions; its function that lints a text reads every rule anew."""
    # Imported here: every worker imports this file, one lints, and the import takes half a second of CPU.
    from cfnlint.config import ConfigMixIn, ManualArgs
    from cfnlint.helpers import REGIONS
    from cfnlint.runner import Runner

    return Runner(ConfigMixIn(**ManualArgs(include_experimental=True, regions=REGIONS)))


def findings(template: str) -> list[str]:
    """Errors and warnings of cfn-lint."""
    from cfnlint.decode.decode import decode_str

    read, unread = decode_str(template)
    found = unread or _runner().validate_template(read)
    return [f"{one.rule.id}: {one.message}" for one in found if one.rule.id[0] in "EW"]


def templates(stack: Json) -> dict[str, str]:
    """Address → template of each CloudFormation stack."""
    found = stack["resource"].get("aws_cloudformation_stack", {})
    return {name: resolved(one["template_body"]) for name, one in found.items()}


def test_every_template_passes_cfn_lint(stacks: dict[str, Json]) -> None:
    unique = {
        text: f"{stack} {name}" for stack, body in stacks.items() for name, text in templates(body).items()
    }
    kinds = {one["Type"] for text in unique for one in json.loads(text)["Resources"].values()}
    assert kinds >= TYPES
    assert {name: found for text, name in unique.items() if (found := findings(text))} == {}


def test_a_template_is_short_enough_to_be_sent(stacks: dict[str, Json]) -> None:
    sizes = [len(text.encode()) for body in stacks.values() for text in templates(body).values()]
    assert sizes
    assert max(sizes) <= MAX_TEMPLATE_BYTES


def test_a_function_takes_its_role_from_its_own_template(stacks: dict[str, Json]) -> None:
    """CloudFormation does not wait for a role that was made elsewhere, and Lambda can't assume it yet."""
    functions = [
        one["Properties"]
        for body in stacks.values()
        for text in templates(body).values()
        for one in json.loads(text)["Resources"].values()
        if one["Type"] == "AWS::Lambda::Function"
    ]
    assert functions
    assert all(one["Role"] == {"Fn::GetAtt": ["Role", "Arn"]} for one in functions)


def test_what_is_no_template_is_found() -> None:
    assert findings("{")
    assert any(one.startswith("E1001") for one in findings("{}")), findings("{}")


def test_a_wrong_property_is_found() -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicy": {}}}
    text = json.dumps({"Resources": {"Role": role}})
    assert any(one.startswith("E3002") for one in findings(text)), findings(text)
