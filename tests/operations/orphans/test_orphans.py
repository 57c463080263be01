"""`infra orphans` on the emulator: what an apply made and no state has, matched to the code or not."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

import backend
from operations.orphans.blocks import MARK
from tests.operations.orphans.conftest import REGION, STACK, TAGS, LeftBehind, specification, tags

ACCOUNT = "123456789012"
VPC = {"cidr_block": "10.0.0.0/16", "tags": {"Name": "shop-vpc"}}
SUFFIX = "20261126000000000000000001"  # as Terraform ends a name that begins with `name_prefix`


def test_a_network_is_adopted_with_what_stands_in_it(left: LeftBehind) -> None:
    ec2 = left.client("ec2")
    vpc = left.network()
    subnet = ec2.create_subnet(
        VpcId=vpc, CidrBlock="10.0.1.0/24", TagSpecifications=specification("subnet", "shop-a")
    )["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway(TagSpecifications=specification("internet-gateway", "shop"))
    gateway = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    routes = ec2.create_route_table(VpcId=vpc, TagSpecifications=specification("route-table", "shop-public"))
    routes = routes["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=routes, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=routes, SubnetId=subnet)
    group = ec2.create_security_group(
        VpcId=vpc,
        GroupName=f"shop-web-{SUFFIX}",
        Description="-",
        TagSpecifications=specification("security-group", "shop-web"),
    )["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": port,
                "ToPort": port,
                "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "people"}],
            }
            for port in (80, 443)
        ],
        TagSpecifications=specification("security-group-rule", "-"),
    )
    of_group = [{"Name": "group-id", "Values": [group]}]
    rules = ec2.describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]
    rule = {
        "description": "people",
        "ip_protocol": "tcp",
        "cidr_ipv4": "10.0.0.0/8",
        "security_group_id": "${aws_security_group.web.id}",
    }
    left.write(
        {
            "aws_vpc.network": VPC,
            "aws_subnet.a": {"vpc_id": "${aws_vpc.network.id}", "tags": {"Name": "shop-a"}},
            "aws_internet_gateway.gateway": {"tags": {"Name": "shop"}},
            "aws_route_table.public": {"tags": {"Name": "shop-public"}},
            "aws_route.out": {
                "route_table_id": "${aws_route_table.public.id}",
                "destination_cidr_block": "0.0.0.0/0",
            },
            "aws_route_table_association.a": {
                "route_table_id": "${aws_route_table.public.id}",
                "subnet_id": "${aws_subnet.a.id}",
            },
            "aws_security_group.web": {"name_prefix": "shop-web-", "tags": {"Name": "shop-web"}},
            "aws_vpc_security_group_ingress_rule.http": {**rule, "from_port": 80, "to_port": 80},
            "aws_vpc_security_group_ingress_rule.https": {**rule, "from_port": 443, "to_port": 443},
            "aws_subnet.b": {"vpc_id": "${aws_vpc.network.id}", "tags": {"Name": "shop-b"}},
        }
    )
    found = left.found()
    by_port = {one["FromPort"]: one["SecurityGroupRuleId"] for one in rules}
    assert found["adopt"] == {
        "aws_vpc.network": vpc,
        "aws_subnet.a": subnet,
        "aws_internet_gateway.gateway": gateway,
        "aws_route_table.public": routes,
        "aws_route.out": f"{routes}_0.0.0.0/0",
        "aws_route_table_association.a": f"{subnet}/{routes}",
        "aws_security_group.web": group,
        "aws_vpc_security_group_ingress_rule.http": by_port[80],
        "aws_vpc_security_group_ingress_rule.https": by_port[443],
    }
    assert not found["left"]


def test_names_find_what_has_no_tag_and_what_has_its_name_in_the_arn(left: LeftBehind) -> None:
    iam = left.client("iam")
    iam.create_role(RoleName="shop-task", AssumeRolePolicyDocument="{}")
    provider = iam.create_open_id_connect_provider(Url="https://id.example.com", ClientIDList=["sts"])
    left.client("logs").create_log_group(logGroupName="/shop/api", tags=TAGS)
    kms = left.client("kms")
    key = kms.create_key(Tags=[{"TagKey": one["Key"], "TagValue": one["Value"]} for one in tags(Name="shop")])
    key = key["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/shop", TargetKeyId=key)
    secret = left.client("secretsmanager").create_secret(Name=f"shop-{SUFFIX}", SecretString="-", Tags=tags())
    left.client("ssm").put_parameter(Name="/shop/image", Value="-", Type="String", Tags=tags())
    bucket = f"shop-logs-{ACCOUNT}"
    s3 = left.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags()})
    left.write(
        {
            "aws_iam_role.task": {"name": "shop-task"},
            "aws_iam_role.other": {"name": "shop-other"},
            "aws_iam_openid_connect_provider.one": {"url": "https://id.example.com"},
            "aws_iam_openid_connect_provider.other": {"url": "https://id.example.org"},
            "aws_cloudwatch_log_group.api": {"name": "/shop/api"},
            "aws_kms_key.key": {"tags": {"Name": "shop"}},
            "aws_kms_alias.key": {"name": "alias/shop"},
            "aws_secretsmanager_secret.secret": {"name_prefix": "shop-"},
            "aws_ssm_parameter.image": {"name": "/shop/image"},
            "aws_s3_bucket.logs": {"bucket": "shop-logs-${data.aws_caller_identity.account.account_id}"},
            "aws_s3_bucket_versioning.logs": {"bucket": "${aws_s3_bucket.logs.id}"},
        }
    )
    assert left.found()["adopt"] == {
        "aws_iam_role.task": "shop-task",
        "aws_iam_openid_connect_provider.one": provider["OpenIDConnectProviderArn"],
        "aws_cloudwatch_log_group.api": "/shop/api",
        "aws_kms_key.key": key,
        "aws_kms_alias.key": "alias/shop",
        "aws_secretsmanager_secret.secret": secret["ARN"],
        "aws_ssm_parameter.image": "/shop/image",
        "aws_s3_bucket.logs": bucket,
    }


def test_what_stands_in_the_state_is_no_orphan_and_a_second_one_of_its_name_is_left(left: LeftBehind) -> None:
    first, second = left.network(), left.network()
    left.write({"aws_vpc.network": VPC})
    left.state({"aws_vpc.network": {"id": first, "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{first}"}})
    found = left.found()
    assert not found["adopt"]
    assert found["left"] == {
        f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{second}": (
            "aws_vpc.network is another one already: delete this one once nothing uses it"
        )
    }


def test_nothing_is_guessed(left: LeftBehind) -> None:
    twice = {left.network(), left.network()}
    left.client("sqs").create_queue(QueueName="shop-old-queue", tags=TAGS)
    left.client("athena").create_work_group(Name="shop", Tags=tags())
    removed = left.network("shop-old")
    left.write({"aws_vpc.network": VPC})
    found = left.found()
    assert not found["adopt"]
    why = {arn.rpartition(":")[2].rpartition("/")[2]: text for arn, text in found["left"].items()}
    assert {one: why[one] for one in twice} == dict.fromkeys(
        twice, "one of several that could be aws_vpc.network: keep one, delete the others"
    )
    assert why["shop"].startswith("of a type that this command does not know")
    assert why["shop-old-queue"].startswith("no aws_sqs_queue of the code is it")
    assert why[removed].startswith("no aws_vpc of the code is it")


def test_what_is_deleted_or_made_by_others_is_told_apart(left: LeftBehind) -> None:
    kms = left.client("kms")
    pairs = [{"TagKey": one["Key"], "TagValue": one["Value"]} for one in tags(Name="shop")]
    key = kms.create_key(Tags=pairs)["KeyMetadata"]
    kms.schedule_key_deletion(KeyId=key["KeyId"])
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "shop"}}}}
    left.client("cloudformation").create_stack(
        StackName="shop-users", TemplateBody=json.dumps(template), Tags=tags()
    )
    left.client("sns").create_topic(
        Name="shop-of-stack", Tags=tags(**{"aws:cloudformation:stack-name": "shop-users"})
    )
    left.write(
        {
            "aws_kms_key.key": {"tags": {"Name": "shop"}},
            "aws_cloudformation_stack.users": {"name": "shop-users"},
        }
    )
    found = left.found()
    assert found["adopt"] == {"aws_cloudformation_stack.users": "shop-users"}
    assert found["gone"] == [key["Arn"]]
    assert [*found["not_of_terraform"].values()] == ["made by the CloudFormation stack shop-users"]


def test_the_region_of_each_provider_is_searched_and_belongs_to_the_address(left: LeftBehind) -> None:
    arns = {
        region: left.client("sns", region).create_topic(Name="shop-alarms", Tags=tags())["TopicArn"]
        for region in (REGION, "us-east-1")
    }
    left.write(
        {
            "aws_sns_topic.here": {"name": "shop-alarms"},
            "aws_sns_topic.global": {"name": "shop-alarms", "provider": "aws.us-east-1"},
        },
        **{"provider.aws.1": {"alias": "us-east-1", "region": "us-east-1"}},
    )
    assert left.found()["adopt"] == {
        "aws_sns_topic.here": arns[REGION],
        "aws_sns_topic.global": arns["us-east-1"],
    }


def test_the_newest_revision_is_adopted_and_earlier_ones_are_no_orphans(left: LeftBehind) -> None:
    ecs = left.client("ecs")
    container = {"name": "web", "image": "registry.test/web", "memory": 64}
    own = [{"key": one["Key"], "value": one["Value"]} for one in tags()]
    first, second = (
        ecs.register_task_definition(family="shop-web", containerDefinitions=[container], tags=own)[
            "taskDefinition"
        ]["taskDefinitionArn"]
        for _ in range(2)
    )
    left.write({"aws_ecs_task_definition.web": {"family": "shop-web", "container_definitions": "[]"}})
    found = left.found()
    assert found["adopt"] == {"aws_ecs_task_definition.web": second}
    assert [*found["not_of_terraform"]] == [first]


def test_a_person_reads_blocks_and_reasons_and_a_file_takes_the_blocks(
    left: LeftBehind, tmp_path: Path
) -> None:
    vpc = left.network()
    left.write({"aws_vpc.network": VPC})
    shown = left.project.infra("orphans", STACK)
    assert (shown.returncode, shown.stderr) == (0, "")
    block = f'import {{\n  to = aws_vpc.network\n  id = "{vpc}"\n}}\n'
    assert block in shown.stdout
    file = tmp_path / "adopt.tf"
    for _ in range(2):
        assert left.project.infra("orphans", STACK, "--write", str(file)).returncode == 0
        assert file.read_text() == f"{MARK}\n{block}"
    left.state({"aws_vpc.network": {"id": vpc}})
    shown = left.project.infra("orphans", STACK)
    assert f"Nothing of {STACK} stands outside its state." in shown.stdout


def test_a_held_lock_is_told(left: LeftBehind) -> None:
    left.write({})
    settings = backend.s3_states().of(STACK)
    held = {
        "ID": "1",
        "Operation": "OperationTypeApply",
        "Who": "ada@host",
        "Created": "2026-11-26T00:00:00+00:00",
    }
    left.client("s3", settings.region).put_object(
        Bucket=settings.bucket, Key=f"{backend.state_key(STACK)}.tflock", Body=json.dumps(held).encode()
    )
    assert left.found()["locked_by"] == ["apply of ada@host since 2026-11-26 00:00"]


@pytest.mark.parametrize(
    ("name", "got"), [("a.txt", "a.txt"), ("none/a.tf", "no directory"), ("mine.tf", "mine.tf")]
)
def test_a_file_that_is_not_ours_to_write_is_refused(
    left: LeftBehind, tmp_path: Path, name: str, got: str
) -> None:
    mine = tmp_path / "mine.tf"
    mine.write_text("# mine")
    refused = left.project.infra("orphans", STACK, "--write", str(tmp_path / name))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("--write: got ")
    assert got in refused.stderr
    assert mine.read_text() == "# mine"


def test_aws_that_does_not_answer_is_a_sentence(left: LeftBehind) -> None:
    refused = left.project.infra(
        "orphans", STACK, AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1"
    )
    assert refused.returncode == 2
    assert "Could not connect" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_interruption_says_that_nothing_was_changed(left: LeftBehind) -> None:
    process: Any = left.project.start("orphans", STACK)
    assert "Synthesizing" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate()
    assert process.returncode == 130
    assert "Stopped; nothing was changed." in output + errors
