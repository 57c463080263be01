"""`infra plan` as a person runs it: planned, saved, applied as it was saved, planned again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from operations.plan.policy import checkov

pytestmark = pytest.mark.emulator
STACK = "ohi-dev"
BUCKET, TABLE, TOPIC = "aws_s3_bucket.assets", "aws_dynamodb_table.orders", "aws_sns_topic.events"
# As in a sandbox's terminal, where Terraform starts the provider that it finds.
ELSEWHERE = {"KEPT_PROVIDER": "off", "TF_DATA_DIR": "elsewhere"}


def test_what_is_planned_is_told_saved_and_applied_as_it_was_saved(shop: Any) -> None:
    shop.deploy()
    nothing = shop.plan("--save", "second.plan")
    assert nothing.returncode == 0, nothing.stderr
    assert f"{STACK}: no changes." in nothing.stdout
    assert "No plan was saved, for there is nothing to apply." in nothing.stdout
    assert shop.plans == ["first.plan"]

    # What holds no data is replaced without a shout.
    shop.write(topic="two", **{"output.place": {"value": "second"}})
    changed = shop.plan("--save", "second.plan")
    assert changed.returncode == 0, changed.stderr
    assert f"replace {TOPIC}: name" in changed.stdout
    assert "outputs: place" in changed.stdout
    assert "LOSES DATA" not in changed.stdout
    assert (shop.project.directory / "second.plan").stat().st_mode & 0o777 == 0o600
    assert "1 added, 0 changed, 1 destroyed" in shop.apply(changed.stdout)

    # A loss is saved once each address is accepted.
    shop.write(bucket="assets-two", table=False, topic="two", **{"output.place": {"value": "second"}})
    half = shop.plan("--save", "third.plan", "--accept", BUCKET)
    assert half.returncode == 1
    assert "THIS LOSES DATA: 1" in half.stdout
    assert shop.plans == ["first.plan", "second.plan"]
    # In a terminal that names another stack's data directory, as that of a sandbox does.
    whole = shop.plan("--save", "third.plan", "--accept", BUCKET, "--accept", TABLE, **ELSEWHERE)
    assert whole.returncode == 0, whole.stderr
    applied = shop.apply(whole.stdout, **ELSEWHERE)
    assert "1 added, 0 changed, 2 destroyed" in applied
    assert shop.buckets == {"assets-two"}
    assert shop.plans == ["first.plan", "second.plan", "third.plan"]


@pytest.mark.skipif(checkov() is None, reason="no checkov here; make policy installs it")
def test_what_the_policy_has_findings_about_is_not_saved(shop: Any) -> None:
    shop.project.write({f"resource.{TOPIC}": {"name": "one"}})
    refused = shop.plan("--save", "topic.plan", policy=True)
    assert refused.returncode == 1, refused.stderr
    assert re.search(rf"CKV_AWS_26 {re.escape(TOPIC)}: ", refused.stdout)
    assert "No plan was saved, for it is refused." in refused.stdout
    assert shop.plans == []
    shop.project.write({f"resource.{TOPIC}": {"name": "one", "kms_master_key_id": "alias/aws/sns"}})
    clean = shop.plan("--save", "topic.plan", policy=True)
    assert clean.returncode == 0, clean.stderr
    assert "Policy: 0 findings" in clean.stdout
    assert shop.plans == ["topic.plan"]


@pytest.mark.skipif(checkov() is None, reason="no checkov here; make policy installs it")
def test_the_policy_judges_a_deployed_stack_as_it_did_before_its_first_apply(shop: Any) -> None:
    group, rule = "aws_security_group.web", "aws_vpc_security_group_ingress_rule.web-from-internet-http_80"
    redirect = {"from_port": 80, "to_port": 80, "ip_protocol": "tcp", "cidr_ipv4": "0.0.0.0/0"}
    shop.project.write(
        {
            f"resource.{TOPIC}": {"name": "one"},
            f"resource.{group}": {"name": "web", "description": "Of the load balancer"},
            f"resource.{rule}": {
                **redirect,
                "security_group_id": f"${{{group}.id}}",
                "description": "redirect",
            },
        }
    )
    before = shop.plan(policy=True)
    shop.apply(shop.plan("--save", "first.plan").stdout)
    after = shop.plan(policy=True)
    assert f"{STACK}: no changes." in after.stdout
    found = [re.findall(r"CKV\w+ \S+: ", planned.stdout) for planned in (before, after)]
    assert f"CKV_AWS_26 {TOPIC}: " in found[0], "the policy has looked"
    assert found[0] == found[1]
