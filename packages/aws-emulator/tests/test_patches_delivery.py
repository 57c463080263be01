"""Patches of CodePipeline, CodeBuild and CodeConnections, each by what AWS's pages say of the call."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
ACCOUNT = "123456789012"
Json = dict[str, Any]


def role(emulator: Emulator, service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = emulator.client("iam", REGION)
    return str(iam.create_role(RoleName="delivery", AssumeRolePolicyDocument=trust)["Role"]["Arn"])


def action(name: str, category: str, provider: str, **more: Any) -> Json:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actionTypeId": kind, **more}


def pipeline(role: str, **changed: Any) -> Json:
    source = action(
        "source", "Source", "CodeStarSourceConnection", outputArtifacts=[{"name": "source"}], configuration={}
    )
    deploy = action("deploy", "Deploy", "ECS", inputArtifacts=[{"name": "source"}])
    git = {"sourceActionName": "source", "push": [{"branches": {"includes": ["main"]}}]}
    return {
        "name": "shop",
        "roleArn": role,
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "pipelineType": "V2",
        "triggers": [{"providerType": "CodeStarSourceConnection", "gitConfiguration": git}],
        "stages": [{"name": "Source", "actions": [source]}, {"name": "Deploy", "actions": [deploy]}],
        **changed,
    }


def json_call(emulator: Emulator, service: str, target: str, **parameters: Any) -> Json:
    """A call in JSON, as Terraform's provider makes it: boto3 calls in CBOR, which moto can't read."""
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target}
    request = AWSRequest("POST", f"{emulator.url}/", data=json.dumps(parameters), headers=headers)
    SigV4Auth(Credentials("emulator", "emulator"), service, REGION).add_auth(request)
    sent = urllib.request.Request(  # noqa: S310 - the emulator's address
        request.url, request.body, dict(request.headers.items()), method="POST"
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sent) as answer:
            return dict(json.loads(answer.read() or b"{}"))
    except urllib.error.HTTPError as refused:
        return {"code": refused.code, **json.loads(refused.read())}


def connections(emulator: Emulator, operation: str, **parameters: Any) -> Json:
    target = f"com.amazonaws.codeconnections.CodeConnections_20231201.{operation}"
    return json_call(emulator, "codeconnections", target, **parameters)


def test_a_pipeline_tells_when_it_was_created(emulator: Emulator) -> None:
    pipelines = emulator.client("codepipeline", REGION)
    before = datetime.now(UTC)
    pipelines.create_pipeline(pipeline=pipeline(role(emulator, "codepipeline.amazonaws.com")))
    target = "CodePipeline_20150709.GetPipeline"
    metadata = json_call(emulator, "codepipeline", target, name="shop")["metadata"]
    # In its protocol a timestamp is a number of seconds.
    assert before.timestamp() - 1 <= metadata["created"] <= datetime.now(UTC).timestamp() + 1
    assert pipelines.get_pipeline(name="shop")["pipeline"]["executionMode"] == "SUPERSEDED"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (
            {
                "stages": [
                    {"name": "Build", "actions": [action("build", "Build", "CodeBuild")]},
                    {"name": "Deploy", "actions": [action("deploy", "Deploy", "ECS")]},
                ]
            },
            "InvalidStageDeclarationException",
        ),
        (
            {
                "stages": [
                    {"name": "Source", "actions": [action("source", "Source", "CodeStarSourceConnection")]},
                    {
                        "name": "Deploy",
                        "actions": [action("deploy", "Deploy", "ECS", inputArtifacts=[{"name": "release"}])],
                    },
                ]
            },
            "InvalidActionDeclarationException",
        ),
        (
            {
                "triggers": [
                    {
                        "providerType": "CodeStarSourceConnection",
                        "gitConfiguration": {"sourceActionName": "other"},
                    }
                ]
            },
            "InvalidStructureException",
        ),
        ({"pipelineType": "V1"}, "InvalidStructureException"),
    ],
)
def test_a_pipeline_that_codepipeline_refuses(emulator: Emulator, changed: Json, code: str) -> None:
    pipelines = emulator.client("codepipeline", REGION)
    arn = role(emulator, "codepipeline.amazonaws.com")
    with pytest.raises(ClientError) as refused:
        pipelines.create_pipeline(pipeline=pipeline(arn, **changed))
    assert refused.value.response["Error"]["Code"] == code
    assert pipelines.list_pipelines()["pipelines"] == []
    pipelines.create_pipeline(pipeline=pipeline(arn))
    with pytest.raises(ClientError) as refused:
        pipelines.update_pipeline(pipeline=pipeline(arn, **changed))
    assert refused.value.response["Error"]["Code"] == code


def project(**changed: Any) -> Json:
    return {
        "name": "build",
        "serviceRole": f"arn:aws:iam::{ACCOUNT}:role/build",
        "source": {"type": "CODEPIPELINE", "buildspec": "version: 0.2"},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        **changed,
    }


def test_a_project_of_a_pipeline_has_no_location_and_keeps_its_key(emulator: Emulator) -> None:
    builds = emulator.client("codebuild", REGION)
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a1b"
    builds.create_project(**project(encryptionKey=key))
    (found,) = builds.batch_get_projects(names=["build"])["projects"]
    assert found["encryptionKey"] == key
    assert found["source"] == {"type": "CODEPIPELINE", "buildspec": "version: 0.2"}
    assert (found["timeoutInMinutes"], found["queuedTimeoutInMinutes"]) == (60, 480)


def test_a_project_is_updated(emulator: Emulator) -> None:
    builds = emulator.client("codebuild", REGION)
    builds.create_project(**project())
    builds.update_project(name="build", timeoutInMinutes=90, description="Builds")
    (found,) = builds.batch_get_projects(names=["build"])["projects"]
    assert (found["timeoutInMinutes"], found["description"]) == (90, "Builds")
    assert found["source"]["buildspec"] == "version: 0.2"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        builds.update_project(name="other", timeoutInMinutes=90)


def test_a_project_is_deleted_by_its_arn(emulator: Emulator) -> None:
    builds = emulator.client("codebuild", REGION)
    arn = builds.create_project(**project())["project"]["arn"]
    builds.delete_project(name=arn)
    assert builds.list_projects()["projects"] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"artifacts": {"type": "NO_ARTIFACTS"}},
        {"source": {"type": "CODEPIPELINE", "location": "https://example.com/shop.git"}},
    ],
)
def test_a_project_that_codebuild_refuses(emulator: Emulator, changed: Json) -> None:
    builds = emulator.client("codebuild", REGION)
    with pytest.raises(ClientError, match="InvalidInputException"):
        builds.create_project(**project(**changed))
    assert builds.list_projects()["projects"] == []


def test_a_connection_is_pending_until_somebody_approves_it(emulator: Emulator) -> None:
    tags = [{"Key": "Product", "Value": "shop"}]
    arn = connections(emulator, "CreateConnection", ConnectionName="shop", ProviderType="GitHub", Tags=tags)[
        "ConnectionArn"
    ]
    assert connections(emulator, "GetConnection", ConnectionArn=arn)["Connection"] == {
        "ConnectionArn": arn,
        "ConnectionName": "shop",
        "ConnectionStatus": "PENDING",
        "OwnerAccountId": ACCOUNT,
        "ProviderType": "GitHub",
    }
    connections(emulator, "TagResource", ResourceArn=arn, Tags=[{"Key": "Owner", "Value": "team"}])
    connections(emulator, "UntagResource", ResourceArn=arn, TagKeys=["Product"])
    found = connections(emulator, "ListTagsForResource", ResourceArn=arn)["Tags"]
    assert found == [{"Key": "Owner", "Value": "team"}]
    assert len(connections(emulator, "ListConnections")["Connections"]) == 1
    connections(emulator, "DeleteConnection", ConnectionArn=arn)
    gone = connections(emulator, "GetConnection", ConnectionArn=arn)
    assert (gone["code"], gone["__type"]) == (400, "ResourceNotFoundException")


def test_a_connection_without_a_name_is_refused(emulator: Emulator) -> None:
    refused = connections(emulator, "CreateConnection", ProviderType="GitHub")
    assert refused["code"] == 400
    assert "ConnectionName" in refused["message"]
