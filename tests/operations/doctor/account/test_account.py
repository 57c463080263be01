"""Roles, account, subscriptions, name servers, permissions, versions: each finding says what helps."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from modules.errors import ProblemsError
from operations.doctor.account import (
    CHECKS,
    account_findings,
    identity,
    name_servers,
    permissions,
    service_roles,
    subscriptions,
    versions,
)
from operations.doctor.account.target import Target
from operations.doctor.findings import Verdict
from operations.doctor.machine import CONNECTION_TIMEOUT
from tests.operations.doctor.account.conftest import REGION, document
from tests.running import run_infra

Made = Callable[..., Target]
ACCOUNT = "123456789012"  # that of the emulator
ZONE = {"aws_route53_zone": {"zone": {"name": "shop.example"}}}
TOPIC = {
    "aws_sns_topic": {
        "critical": {"name": "shop-critical"},
        "far": {"name": "shop-far", "provider": "aws.us-east-1"},
    }
}


def test_a_role_that_is_absent_is_created_by_a_command(target: Made) -> None:
    stack = target({"aws_ecs_cluster": {"cluster": {}}, "aws_db_instance": {"database": {}}})
    commands = [finding.fix for finding in service_roles.findings(stack)]
    services = ["ecs.amazonaws.com", "rds.amazonaws.com"]
    assert commands == [f"aws iam create-service-linked-role --aws-service-name {one}" for one in services]
    for role in ("AWSServiceRoleForECS", "AWSServiceRoleForRDS"):
        # The emulator gives service-linked roles other names than AWS does.
        boto3.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    [finding] = service_roles.findings(stack)
    assert (finding.verdict, finding.found) == (
        Verdict.OK,
        "there: AWSServiceRoleForECS, AWSServiceRoleForRDS",
    )


@pytest.mark.parametrize(
    ("allowed", "environment", "verdict"),
    [
        ([ACCOUNT], "prod", Verdict.OK),
        (["210987654321"], "dev", Verdict.MISSING),
        ([], "prod", Verdict.MISSING),
        ([], "dev", Verdict.WARNING),
    ],
)
def test_the_account_is_the_one_of_the_settings(
    target: Made, allowed: list[str], environment: str, verdict: Verdict
) -> None:
    ids = {"allowed_account_ids": allowed} if allowed else {}
    [finding] = identity.findings(target(environment=environment, **ids))
    assert finding.verdict is verdict
    assert ACCOUNT in finding.found


def test_an_address_that_has_not_confirmed_is_said(target: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = target(TOPIC)
    [nothing] = subscriptions.findings(stack)
    assert nothing.found == "0 confirmed; 2 topics are not created yet"
    sns = boto3.client("sns", region_name=REGION)
    arn = sns.create_topic(Name="shop-critical")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="ada@shop.example")
    # The emulator confirms by itself.
    assert [one.found for one in subscriptions.findings(stack)] == [
        "1 confirmed; 1 topics are not created yet"
    ]
    listed = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    pending = [{**one, "SubscriptionArn": "PendingConfirmation"} for one in listed]
    ask = Target.client

    def client(self: Target, service: str, region: str | None = None) -> Any:
        made = ask(self, service, region)
        made.meta.events.register("after-call.sns.ListSubscriptionsByTopic", answer)
        return made

    def answer(parsed: dict[str, Any], **_: Any) -> None:
        if "Subscriptions" in parsed:
            parsed["Subscriptions"] = pending

    monkeypatch.setattr(Target, "client", client)
    [finding] = subscriptions.findings(stack)
    assert finding.verdict is Verdict.WARNING
    assert finding.found == "ada@shop.example has not confirmed shop-critical in eu-west-1"
    assert f"--topic-arn {arn} --protocol email --notification-endpoint ada@shop.example" in finding.fix


def test_a_zone_is_created_then_delegated(
    target: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = target(ZONE)
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "output"))
    monkeypatch.chdir(tmp_path)
    [absent] = name_servers.findings(stack)
    assert absent.verdict is Verdict.WARNING
    in_stack = f"terraform -chdir=output/stacks/{stack.stack}"
    assert absent.fix.startswith(f"{in_stack} apply -target=aws_route53_zone.zone, then ")
    made = boto3.client("route53").create_hosted_zone(Name="shop.example", CallerReference="1")
    servers = made["DelegationSet"]["NameServers"]
    monkeypatch.setattr(name_servers, "answer", lambda _: ["ns.registrar.example"])
    [other] = name_servers.findings(stack)
    assert other.verdict is Verdict.MISSING
    assert other.found == "shop.example is answered by ns.registrar.example"
    assert all(server in other.fix for server in servers)
    monkeypatch.setattr(name_servers, "answer", lambda _: servers)
    [delegated] = name_servers.findings(stack)
    assert (delegated.verdict, delegated.found) == (Verdict.OK, "shop.example is delegated")


def test_a_resolver_that_does_not_answer_is_a_warning(target: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = target(ZONE)
    boto3.client("route53").create_hosted_zone(Name="shop.example", CallerReference="1")

    def silent(_: str) -> list[str]:
        raise TimeoutError

    monkeypatch.setattr(name_servers, "answer", silent)
    [finding] = name_servers.findings(stack)
    assert finding.verdict is Verdict.WARNING
    assert finding.fix.startswith("dig NS shop.example")


def test_a_resolver_s_answer_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = {"Answer": [{"type": 2, "data": "ns-1.example."}, {"type": 5, "data": "other.example."}]}
    asked: list[Any] = []

    def opened(address: str, timeout: float) -> Any:
        asked.extend([address, timeout])
        return io.BytesIO(json.dumps(content).encode())

    monkeypatch.setattr(name_servers, "urlopen", opened)
    assert name_servers.answer("shop.example") == ["ns-1.example"]
    assert asked == ["https://dns.google/resolve?type=NS&name=shop.example", CONNECTION_TIMEOUT]


STATE = {
    "bucket": "shop-state",
    "key": "shop-prod/terraform.tfstate",
    "region": REGION,
    "use_lockfile": True,
}


def permitted(
    target: Made, monkeypatch: pytest.MonkeyPatch, *, denied: str, arn: str
) -> tuple[Any, list[Any]]:
    """The findings for a principal to whom IAM's simulation denies an action, and what it was asked."""
    stack = target()
    found = Target(
        stack=stack.stack,
        session=stack.session,
        document={**stack.document, "terraform": {"backend": {"s3": STATE}}},
    )
    asked: list[Any] = []

    class Iam:
        def simulate_principal_policy(self, **words: Any) -> Any:
            asked.append(words)
            results = [
                {"EvalActionName": one, "EvalDecision": "implicitDeny" if one == denied else "allowed"}
                for one in words["ActionNames"]
            ]
            return {"EvaluationResults": results}

        def get_role(self, **words: str) -> Any:
            return {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/teams/{words['RoleName']}"}}

    monkeypatch.setitem(found.__dict__, "identity", {"Account": ACCOUNT, "Arn": arn})
    monkeypatch.setattr(Target, "client", lambda *_: Iam())
    return list(permissions.findings(found)), asked


SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ada"


def test_permissions_are_those_of_the_state_policy(target: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    [finding], asked = permitted(target, monkeypatch, denied="", arn=SESSION)
    assert finding.verdict is Verdict.OK
    assert {one["PolicySourceArn"] for one in asked} == {f"arn:aws:iam::{ACCOUNT}:role/teams/deployer"}
    assert sorted({action for one in asked for action in one["ActionNames"]}) == [
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutObject",
    ]
    assert "arn:aws:s3:::shop-state/shop-prod/terraform.tfstate.tflock" in [
        resource for one in asked for resource in one["ResourceArns"]
    ]


def test_an_action_that_is_denied_is_named(target: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    [finding], _ = permitted(target, monkeypatch, denied="s3:DeleteObject", arn=SESSION)
    assert finding.verdict is Verdict.MISSING
    assert "may not s3:DeleteObject on the state of shop-prod" in finding.found


def test_the_root_user_is_warned(target: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    [finding], asked = permitted(target, monkeypatch, denied="", arn=f"arn:aws:iam::{ACCOUNT}:root")
    assert (finding.verdict, asked) == (Verdict.WARNING, [])


def test_versions_are_compared_with_today(target: Made) -> None:
    off = {"engine_lifecycle_support": "open-source-rds-extended-support-disabled"}
    stack = target({"aws_db_instance": {"database": {"engine": "postgres", "engine_version": "15", **off}}})
    assert [one.verdict for one in versions.findings(stack, today=date(2026, 11, 26))] == [Verdict.OK]
    *_, near = versions.findings(stack, today=date(2028, 1, 1))
    assert (
        near.found
        == "standard support of postgres 15 ends on 2028-02-29; after it, AWS upgrades it by itself"
    )
    old, ended = versions.findings(stack, today=date(2028, 3, 1))
    assert "ended on 2028-02-29" in ended.found
    assert "infra offers refresh" in old.fix


def test_without_credentials_every_check_is_a_finding(nobody: None) -> None:
    del nobody
    found = account_findings("shop-prod", lambda _: document())
    assert {one.check for one in found} == {*CHECKS}
    unread = [one for one in found if one.found == "not checked: no AWS credentials"]
    assert len(unread) == len([one for one in CHECKS.values() if not one.offline])
    assert {one.verdict for one in unread} == {Verdict.MISSING}


def test_a_stack_that_can_not_be_synthesized_is_a_finding() -> None:
    def broken(_: str) -> Any:
        raise ProblemsError.one("python main.py", "is broken")

    [finding] = account_findings("shop-prod", broken)
    assert (finding.check, finding.verdict) == ("stack", Verdict.MISSING)
    assert "python main.py: is broken" in finding.found


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ClientError({"Error": {"Code": "AccessDenied"}}, "GetServiceQuota"),
            "not checked: AWS answers AccessDenied to GetServiceQuota",
        ),
        (KeyError("Quota"), "not checked (KeyError: 'Quota')"),
    ],
)
def test_a_check_that_fails_is_a_finding(
    target: Made, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(*_: Any) -> Any:
        raise error

    assert target()
    monkeypatch.setattr("operations.doctor.account.quotas._others", fail)
    found = account_findings("shop-prod", lambda _: document())
    [finding] = [one for one in found if one.check == "quotas"]
    assert (finding.verdict, finding.found) == (Verdict.WARNING, sentence)
    assert finding.fix


def test_the_command_tells_machines_and_people_without_a_traceback(tmp_path: Any) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
    }
    finished = run_infra("doctor", "--deploy", "ohi-dev", "--json", environment=environment)
    assert (finished.returncode, "Traceback" in finished.stderr) == (1, False)
    checks = [one["check"] for one in json.loads(finished.stdout)["checks"]]
    assert {*CHECKS} <= {*checks}
    unknown = run_infra("doctor", "--deploy", "ohi-test", environment=environment)
    assert unknown.returncode == 2
    assert unknown.stderr.startswith("stack: got 'ohi-test'; allowed: ohi-dev")
