"""A plan as a comment on a pull request."""

from __future__ import annotations

from typing import Any

from modules.secrets.entries import READ_SECRETS
from operations.plan.findings import BLIND, Findings
from operations.plan.markdown import markdown
from operations.plan.policy import Finding
from operations.plan.summary import Change
from operations.plan.without_secrets import VARIABLE, without_reading

BUCKET = Change(address="aws_s3_bucket.assets", type="aws_s3_bucket", action="replace", because=("bucket",))
TOPIC = Change(address="aws_sns_topic.events", type="aws_sns_topic", action="destroy")
ROLE = Change(address='aws_iam_role.of["api"]', type="aws_iam_role", action="create")


def findings(*changes: Change, **more: Any) -> Findings:
    losing = [one for one in changes if one.loses]
    given = {"outputs": [], "notes": [], "losing": losing, "policy": [], **more}
    return Findings(stack="ohi-dev", changes=changes, **given)


def test_what_is_lost_and_destroyed_stands_first_and_the_rest_is_folded() -> None:
    shown = markdown(findings(BUCKET, TOPIC, ROLE, outputs=["url"]))
    assert shown.startswith(
        "### `ohi-dev`: 1 to replace, 1 to destroy, 1 to create, **refused**\n\n> [!CAUTION]\n"
        "> **This loses data: 1**\n> - `aws_s3_bucket.assets` would be replaced: the objects in it\n"
    )
    open_part, _, folded = shown.partition("<details>")
    assert "- replace `aws_s3_bucket.assets`: `bucket`" in open_part
    assert "- destroy `aws_sns_topic.events`" in open_part
    assert "aws_iam_role" not in open_part
    assert '- create `aws_iam_role.of["api"]`' in folded
    assert "| `aws_iam_role` |  |  | 1 |" in folded
    assert "Outputs: `url`" in folded


def test_a_plan_without_changes_is_a_line() -> None:
    assert markdown(findings()) == "### `ohi-dev`: no changes\n\n"
    assert markdown(findings(outputs=["url"])).startswith("### `ohi-dev`: outputs change\n")


def test_what_a_plan_without_secrets_does_not_know_is_said() -> None:
    assert BLIND in markdown(findings(blind=True))
    assert BLIND not in markdown(findings())


def test_names_become_no_links_mentions_or_html() -> None:
    strange = Change(address="aws_sns_topic.a`b|c\nd", type="aws_sns_topic", action="destroy")
    shown = markdown(findings(strange, notes=["aws_x.y: <img> and @everyone"]))
    assert "- destroy `aws_sns_topic.a'b\\|c d`" in shown
    assert "&lt;img>" in shown
    assert "@everyone" not in shown


def test_a_large_plan_fits_into_a_comment() -> None:
    many = [
        Change(address=f"aws_sns_topic.t{number}", type="aws_sns_topic", action="create")
        for number in range(500)
    ]
    shown = markdown(findings(*many))
    assert len(shown) < 65_536 / 8
    assert "- and 440 more" in shown


def test_findings_of_the_policy_refuse_and_an_unchecked_one_does_not() -> None:
    found = Finding(stack="ohi-dev", check="CKV_AWS_26", address=TOPIC.address, title="Encrypt it")
    refused = findings(ROLE, policy=[found])
    assert refused.refused
    assert "- CKV_AWS_26 `aws_sns_topic.events`: Encrypt it" in markdown(refused)
    assert not findings(ROLE, policy=None).refused
    assert refused.as_dict()["policy"] == [
        {"check": "CKV_AWS_26", "address": "aws_sns_topic.events", "title": "Encrypt it"}
    ]
    assert findings(ROLE, policy=None).as_dict()["policy"] is None


def test_the_variable_is_given_to_stacks_that_have_it() -> None:
    assert VARIABLE == READ_SECRETS
    assert without_reading({"variable": {READ_SECRETS: {}}}) == {"read_secrets": "false"}
    assert without_reading({"variable": {}}) == {}
