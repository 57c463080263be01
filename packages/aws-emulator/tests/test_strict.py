"""The strict emulator: a violation of each kind on each protocol is refused in the service's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from aws_emulator import Emulator
from aws_emulator.strict.additional_rules import RULES

REGION = "eu-west-1"
Refused = Callable[..., dict[str, Any]]
TAGS = [{"Key": f"tag-{number}", "Value": "x"} for number in range(11)]
METRIC = {"MetricName": "m", "Namespace": "n", "ComparisonOperator": "LessThanThreshold", "Threshold": 1}
ALARM = {"AlarmName": "a", "EvaluationPeriods": 1, "Period": 60, "Statistic": "Sum", **METRIC}
INSTANCE = {"DBInstanceIdentifier": "d", "DBInstanceClass": "db.t4g.micro", "Engine": "postgres"}
GROUP = {"ReplicationGroupId": "g", "ReplicationGroupDescription": "g"}
FUNCTION = {
    "FunctionName": "f",
    "Runtime": "python3.12",
    "Role": "arn:aws:iam::123456789012:role/f",
    "Handler": "f.f",
    "Code": {"ZipFile": b"x"},
}


@pytest.fixture
def refused(emulator: Emulator) -> Refused:
    """`refused("ec2", "create_vpc", …)`: the error that a call is answered with."""
    import boto3

    def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        config = Config(parameter_validation=False, retries={"max_attempts": 1})
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        client = boto3.client(service, region_name=REGION, endpoint_url=emulator.url, config=config, **keys)
        with pytest.raises(ClientError) as error:
            getattr(client, operation)(**parameters)
        answer = error.value.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
        return dict(answer["Error"])

    return call


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "message"),
    [
        # query
        ("iam", "create_role", {"RoleName": "r"}, "ValidationError", "AssumeRolePolicyDocument: got nothing"),
        (
            "rds",
            "create_db_instance",
            {"DBInstanceIdentifier": "d", "Engine": "postgres"},
            "InvalidParameterValue",
            "DBInstanceClass: got nothing; allowed: a value",
        ),
        (
            "cloudwatch",
            "put_metric_alarm",
            {**ALARM, "ComparisonOperator": "Less"},
            "ValidationError",
            "ComparisonOperator: got 'Less'; allowed: GreaterThanOrEqualToThreshold",
        ),
        # ec2
        (
            "ec2",
            "create_security_group",
            {"GroupName": "g"},
            "InvalidParameterValue",
            "Description: got nothing",
        ),
        (
            "ec2",
            "create_vpc",
            {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "mine"},
            "InvalidParameterValue",
            "InstanceTenancy: got 'mine'; allowed: default, dedicated, host",
        ),
        # json
        (
            "logs",
            "create_log_group",
            {"logGroupName": "a b"},
            "InvalidParameterException",
            "logGroupName: got 'a b'; allowed: what matches",
        ),
        (
            "ecs",
            "create_service",
            {"serviceName": "s", "launchType": "MINE"},
            "ValidationException",
            "'MINE'",
        ),
        # rest-json
        (
            "lambda",
            "create_function",
            {**FUNCTION, "FunctionName": "a b", "Timeout": 0},
            "InvalidParameterValueException",
            "Timeout: got 0; allowed: at least 1",
        ),
        (
            "efs",
            "create_file_system",
            {"CreationToken": "t" * 65},
            "ValidationException",
            "CreationToken: got 65 characters; allowed: at most 64",
        ),
        # rest-xml
        (
            "route53",
            "change_tags_for_resource",
            {"ResourceType": "hostedzone", "ResourceId": "Z1", "AddTags": TAGS},
            "InvalidInput",
            "AddTags: got 11 items; allowed: at most 10",
        ),
        (
            "s3",
            "put_bucket_versioning",
            {"Bucket": "bucket", "VersioningConfiguration": {"Status": "On"}},
            "InvalidRequest",
            "VersioningConfiguration.Status: got 'On'; allowed: Enabled, Suspended",
        ),
    ],
)
def test_a_violation_of_the_model_is_refused(
    service: str, operation: str, parameters: dict[str, Any], code: str, message: str, refused: Refused
) -> None:
    error = refused(service, operation, **parameters)
    assert error["Code"] == code
    assert message in error["Message"]


# Service and operation → parameters that break the rule, and what is said of it.
BROKEN: list[tuple[str, str, dict[str, Any], str]] = [
    ("ec2", "create_security_group", {"GroupName": "g", "Description": "naïve"}, "Description: got 'naïve'"),
    ("ec2", "create_security_group", {"GroupName": "sg-1", "Description": "d"}, "not beginning with sg-"),
    (
        "ec2",
        "authorize_security_group_ingress",
        {
            "GroupId": "sg-1",
            "IpPermissions": [
                {"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "why?"}]}
            ],
        },
        "IpPermissions[0].IpRanges[0].Description: got 'why?'",
    ),
    (
        "ec2",
        "authorize_security_group_egress",
        {
            "GroupId": "sg-1",
            "IpPermissions": [
                {"IpProtocol": "tcp", "UserIdGroupPairs": [{"GroupId": "sg-2", "Description": "%"}]}
            ],
        },
        "UserIdGroupPairs[0].Description: got '%'",
    ),
    ("elbv2", "create_load_balancer", {"Name": "internal-x"}, "not beginning with internal-"),
    ("elbv2", "create_target_group", {"Name": "t" * 33}, "up to 32 letters"),
    (
        "iam",
        "put_role_policy",
        {"RoleName": "r", "PolicyName": "p", "PolicyDocument": "x" * 10_241},
        "got 10241 characters; allowed: at most 10240 without white space",
    ),
    ("iam", "create_policy", {"PolicyName": "p", "PolicyDocument": "x" * 6_145}, "at most 6144"),
    ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "x" * 2_049}, "at most 2048"),
    ("iam", "update_assume_role_policy", {"RoleName": "r", "PolicyDocument": "x" * 2_049}, "at most 2048"),
    ("kms", "create_key", {"Policy": "x" * 32_769}, "Policy: got 32769 characters; allowed: at most 32768"),
    ("s3", "put_bucket_policy", {"Bucket": "bucket", "Policy": "x" * 20_481}, "at most 20480"),
    (
        "s3",
        "put_object",
        {"Bucket": "bucket", "Key": "k", "Tagging": "&".join(f"k{n}=v" for n in range(11))},
        "Tagging: got 11 tags; allowed: at most 10",
    ),
    (
        "s3",
        "put_object_tagging",
        {"Bucket": "bucket", "Key": "k", "Tagging": {"TagSet": TAGS}},
        "got 11 tags",
    ),
    ("sns", "create_topic", {"Name": "a b"}, "Name: got 'a b'"),
    ("sqs", "create_queue", {"QueueName": "a.b"}, "QueueName: got 'a.b'"),
    ("ssm", "put_parameter", {"Name": "n", "Type": "String", "Value": "x" * 4_097}, "got 4097 bytes"),
    ("cloudwatch", "put_metric_alarm", {**ALARM, "EvaluationPeriods": 1_441}, "got 86460 seconds"),
    ("cloudwatch", "put_composite_alarm", {"AlarmName": "a", "AlarmRule": "x" * 10_241}, "at most 10240"),
    (
        "lambda",
        "create_function",
        {**FUNCTION, "Environment": {"Variables": {"A": "x" * 4_096}}},
        "Environment.Variables: got",
    ),
    (
        "rds",
        "create_db_instance",
        {**INSTANCE, "PreferredBackupWindow": "02:00-02:29"},
        "PreferredBackupWindow: got '02:00-02:29'; allowed: a window of 30 minutes or more",
    ),
    (
        "rds",
        "create_db_instance",
        {**INSTANCE, "PreferredMaintenanceWindow": "sun:02:00-sun:02:15"},
        "PreferredMaintenanceWindow: got",
    ),
    (
        "elasticache",
        "create_replication_group",
        {**GROUP, "PreferredMaintenanceWindow": "sun:02:00-sun:02:30"},
        "a window of 60 minutes or more",
    ),
    ("elasticache", "create_replication_group", {**GROUP, "SnapshotWindow": "02:00-02:30"}, "SnapshotWindow"),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "message"), BROKEN)
def test_a_violation_of_an_additional_rule_is_refused(
    service: str, operation: str, parameters: dict[str, Any], message: str, refused: Refused
) -> None:
    assert message in refused(service, operation, **parameters)["Message"]


def test_every_rule_is_broken_by_a_test_and_has_a_source() -> None:
    names = {(service, operation.replace("_", "")) for service, operation, _, _ in BROKEN}
    for rule in RULES:
        assert rule.source
        assert {(rule.service, operation.lower()) for operation in rule.operations} & names, rule


def test_what_is_valid_passes(emulator: Emulator) -> None:
    client = emulator.client("ec2", REGION)
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = client.create_security_group(GroupName="web", Description="web of shop", VpcId=vpc)
    assert group["GroupId"].startswith("sg-")
    emulator.client("s3", "us-east-1").create_bucket(Bucket="bucket")
    emulator.client("s3", "us-east-1").put_object(Bucket="bucket", Key="k", Body=b"x", Tagging="a=b")
    emulator.client("cloudwatch", REGION).put_metric_alarm(**{**ALARM, "EvaluationPeriods": 1_440})


def test_what_a_model_forbids_by_mistake_passes(emulator: Emulator) -> None:
    queues = emulator.client("sqs", REGION)
    url = queues.create_queue(QueueName="jobs")["QueueUrl"]
    queues.send_message(QueueUrl=url, MessageBody="a")
    queues.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount", "SentTimestamp"])
    # Large enough to be compressed.
    metric = {"MetricName": "m", "Value": 1, "Dimensions": [{"Name": "n", "Value": "v" * 100}]}
    emulator.client("cloudwatch", REGION).put_metric_data(Namespace="shop", MetricData=[metric] * 200)
    parameters = emulator.client("ssm", REGION)
    parameters.put_parameter(Name="p", Type="String", Value="x" * 5_000, Tier="Advanced")
    parameters.put_parameter(Name="p", Type="String", Value="y" * 5_000, Overwrite=True)
    classic = emulator.client("elb", REGION)
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    classic.create_load_balancer(
        LoadBalancerName="old", Listeners=[listener], AvailabilityZones=[f"{REGION}a"]
    )
    vpc = emulator.client("ec2", REGION).create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    emulator.client("elbv2", REGION).create_target_group(
        Name="internal-api", Protocol="HTTP", Port=80, VpcId=vpc
    )


@pytest.mark.parametrize(
    ("service", "kind", "body", "code"),
    [
        ("ec2", "x-www-form-urlencoded", b"Action=NoSuch&Version=2016-11-15", "InvalidAction"),
        ("ecs", "x-amz-json-1.1", b"{not json", "SerializationException"),
        ("route53", "xml", b"<not-closed", "InvalidInput"),
    ],
)
def test_what_cannot_be_read_is_refused(
    service: str, kind: str, body: bytes, code: str, emulator: Emulator
) -> None:
    scope = f"AWS4-HMAC-SHA256 Credential=a/20261126/{REGION}/{service}/aws4_request, Signature=x"
    headers = {"Authorization": scope, "Content-Type": f"application/{kind}"}
    headers["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.ListClusters" if service == "ecs" else ""
    path = "/2013-04-01/hostedzone" if service == "route53" else "/"
    with pytest.raises(HTTPError) as error:
        urlopen(Request(f"{emulator.url}{path}", data=body, headers=headers))  # noqa: S310 - of the emulator
    assert error.value.code == 400
    assert code in error.value.read().decode()


def test_a_refusal_is_named_in_the_log(emulator: Emulator, refused: Refused) -> None:
    refused("sns", "create_topic", Name="a topic of its own")
    assert "refused sns CreateTopic: Name: got 'a topic of its own'" in emulator.log.read_text()
