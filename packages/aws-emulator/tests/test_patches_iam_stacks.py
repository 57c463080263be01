"""Roles of CloudFormation stacks: updated as UpdateStack does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


def document(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def trust(service: str) -> dict[str, Any]:
    return document(Action="sts:AssumeRole", Principal={"Service": f"{service}.amazonaws.com"})


def policy(name: str, action: str) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": document(Action=action, Resource="*")}


def template(**properties: Any) -> dict[str, Any]:
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "shop", **properties}}
    body = json.dumps({"Resources": {"Role": role}})
    return {"StackName": "shop", "TemplateBody": body, "Capabilities": ["CAPABILITY_NAMED_IAM"]}


def allowed(iam: Any, role: str) -> list[str]:
    actions = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage", "sqs:ReceiveMessage"]
    answers = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=actions)["EvaluationResults"]
    return [one["EvalActionName"] for one in answers if one["EvalDecision"] == "allowed"]


def test_an_updated_role_has_what_the_new_template_says_and_nothing_else(emulator: Emulator) -> None:
    stacks, iam = emulator.client("cloudformation", REGION), emulator.client("iam", REGION)
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    stacks.create_stack(
        **template(
            AssumeRolePolicyDocument=trust("ecs"),
            Policies=[policy("kept", "s3:GetObject"), policy("dropped", "s3:PutObject")],
            PermissionsBoundary=boundary,
        )
    )
    role = iam.get_role(RoleName="shop")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert allowed(iam, role["Arn"]) == ["s3:GetObject", "s3:PutObject"]
    stacks.update_stack(
        **template(
            AssumeRolePolicyDocument=trust("lambda"),
            Policies=[policy("kept", "sqs:SendMessage"), policy("added", "sqs:ReceiveMessage")],
            MaxSessionDuration=7200,
        )
    )
    role = iam.get_role(RoleName="shop")["Role"]
    assert role["AssumeRolePolicyDocument"] == trust("lambda")
    assert role["MaxSessionDuration"] == 7200
    assert "PermissionsBoundary" not in role
    assert allowed(iam, role["Arn"]) == ["sqs:SendMessage", "sqs:ReceiveMessage"]
    assert sorted(iam.list_role_policies(RoleName="shop")["PolicyNames"]) == ["added", "kept"]
    kept = iam.get_role_policy(RoleName="shop", PolicyName="kept")
    assert kept["PolicyDocument"] == policy("kept", "sqs:SendMessage")["PolicyDocument"]


def test_a_date_in_a_template_of_yaml_is_the_version_of_a_policy(emulator: Emulator) -> None:
    body = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: shop
      AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}
      Policies:
        - PolicyName: own
          PolicyDocument: {Version: 2012-10-17, Statement: []}
"""
    stacks = emulator.client("cloudformation", REGION)
    stacks.create_stack(StackName="shop", TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
    kept = emulator.client("iam", REGION).get_role_policy(RoleName="shop", PolicyName="own")
    assert kept["PolicyDocument"]["Version"] == "2012-10-17"
