"""Calls that only ask: what a role may do, what AWS is about to do to a database."""

from __future__ import annotations

import json

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


def test_a_role_may_do_what_its_policies_allow_and_none_denies(emulator: Emulator) -> None:
    iam = emulator.client("iam", REGION)

    def policy(*statements: tuple[str, str]) -> str:
        found = [{"Effect": effect, "Action": action, "Resource": "*"} for effect, action in statements]
        return json.dumps({"Version": "2012-10-17", "Statement": found})

    role = iam.create_role(RoleName="role", AssumeRolePolicyDocument=policy())["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="role",
        PolicyName="own",
        PolicyDocument=policy(("Allow", "s3:Get*"), ("Deny", "s3:GetObject")),
    )
    made = iam.create_policy(PolicyName="attached", PolicyDocument=policy(("Allow", "sqs:SendMessage")))
    iam.attach_role_policy(RoleName="role", PolicyArn=made["Policy"]["Arn"])
    asked = ["s3:GetBucketAcl", "s3:GetObject", "sqs:SendMessage", "sqs:DeleteQueue"]
    answer = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=asked)
    found = {one["EvalActionName"]: one["EvalDecision"] for one in answer["EvaluationResults"]}
    assert found == dict(zip(asked, ["allowed", "explicitDeny", "allowed", "implicitDeny"], strict=True))


def test_pending_maintenance_is_that_of_databases_that_have_any(emulator: Emulator) -> None:
    rds = emulator.client("rds", REGION)
    for name, tags in (
        ("due", [{"Key": "aws-emulator:pending-maintenance", "Value": "os-upgrade"}]),
        ("not", []),
    ):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="app",
            MasterUserPassword="not-a-secret",
            Tags=tags,
        )
    (found,) = rds.describe_pending_maintenance_actions()["PendingMaintenanceActions"]
    assert found["ResourceIdentifier"].endswith(":due")
    assert [one["Action"] for one in found["PendingMaintenanceActionDetails"]] == ["os-upgrade"]
