"""What AWS refuses because of what exists: each rule is broken once, in one account that has everything."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator.strict.conflicts import CONFLICTS

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


def waf(summary: dict[str, Any], scope: str = "REGIONAL") -> dict[str, Any]:
    return {"Name": summary["Name"], "Scope": scope, "Id": summary["Id"], "LockToken": "x"}


def calling(ids: dict[str, Any]) -> dict[str, Any]:
    """A distribution that calls a function which is not published."""
    association = {"EventType": "viewer-request", "FunctionARN": ids["unpublished_function"]}
    called = {"FunctionAssociations": {"Quantity": 1, "Items": [association]}}
    config = ids["config"]
    behavior = {**config["DefaultCacheBehavior"], **called}
    return {**config, "CallerReference": "calling", "DefaultCacheBehavior": behavior}


# Service, operation, what is asked of the ids, and what the answer says.
REFUSED: list[tuple[str, str, Any, str]] = [
    ("acm", "delete_certificate", lambda i: {"CertificateArn": i["certificate"]}, "listener 443 of web"),
    ("cloudfront", "delete_cache_policy", lambda i: {"Id": i["policy"]}, "uses it"),
    ("cloudfront", "delete_response_headers_policy", lambda i: {"Id": i["headers"]}, "uses it"),
    (
        "cloudfront",
        "delete_origin_request_policy",
        lambda _: {"Id": "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"},
        "uses it",
    ),
    ("cloudfront", "delete_origin_access_control", lambda i: {"Id": i["control"]}, "uses it"),
    ("cloudfront", "delete_key_group", lambda i: {"Id": i["key_group"]}, "trusts it"),
    ("cloudfront", "delete_public_key", lambda i: {"Id": i["public_key"]}, "key group signers has it"),
    ("cloudfront", "delete_distribution", lambda i: {"Id": i["distribution"], "IfMatch": "x"}, "is enabled"),
    ("cloudfront", "delete_function", lambda _: {"Name": "pages", "IfMatch": "x"}, "uses it"),
    (
        "cloudfront",
        "create_distribution",
        lambda i: {"DistributionConfig": calling(i)},
        "has no LIVE stage",
    ),
    (
        "cloudfront",
        "create_distribution_with_tags",
        lambda i: {
            "DistributionConfigWithTags": {
                "DistributionConfig": calling(i),
                "Tags": {"Items": []},
            }
        },
        "has no LIVE stage",
    ),
    (
        "cloudfront",
        "update_distribution",
        lambda i: {
            "DistributionConfig": calling(i),
            "Id": i["distribution"],
            "IfMatch": "x",
        },
        "has no LIVE stage",
    ),
    (
        "cloudwatch",
        "put_composite_alarm",
        lambda _: {"AlarmName": "both", "AlarmRule": 'ALARM("no/such") OR OK(neither)'},
        "alarm neither in the alarm rule does not exist; alarm no/such",
    ),
    (
        "ec2",
        "delete_subnet",
        lambda i: {"SubnetId": i["subnet_a"]},
        "database shop is in it; load balancer web",
    ),
    ("ec2", "delete_subnet", lambda i: {"SubnetId": i["subnet_b"]}, "cache node shop-001 is in it"),
    ("ec2", "delete_subnet", lambda i: {"SubnetId": i["subnet_b"]}, "service web is in it"),
    ("ec2", "delete_subnet", lambda i: {"SubnetId": i["subnet_c"]}, "network interface eni-"),
    ("ec2", "delete_security_group", lambda i: {"GroupId": i["group_web"]}, "load balancer web has it"),
    ("ec2", "delete_security_group", lambda i: {"GroupId": i["group_data"]}, "database shop has it"),
    ("ec2", "delete_security_group", lambda i: {"GroupId": i["group_data"]}, "cache node shop-001 has it"),
    ("ec2", "delete_security_group", lambda i: {"GroupId": i["group_caller"]}, "a rule of sg-"),
    ("ec2", "delete_security_group", lambda i: {"GroupId": i["group_caller"]}, "service web has it"),
    (
        "ec2",
        "detach_internet_gateway",
        lambda i: {"InternetGatewayId": i["gateway"], "VpcId": i["vpc"]},
        "load balancer web has public addresses; network interface",
    ),
    ("ec2", "delete_vpc", lambda i: {"VpcId": i["vpc"]}, "internet gateway igw-"),
    ("ec2", "delete_vpc", lambda i: {"VpcId": i["vpc"]}, "security group sg-"),
    ("ec2", "release_address", lambda i: {"AllocationId": i["address"]}, "is associated with eni-"),
    (
        "ecs",
        "create_service",
        lambda i: {
            **i["service"],
            "serviceName": "other",
            "loadBalancers": [
                {"containerName": "web", "containerPort": 80, "targetGroupArn": i["target_alone"]}
            ],
        },
        "has no associated load balancer",
    ),
    ("ecs", "delete_cluster", lambda _: {"cluster": "shop"}, "service web is ACTIVE"),
    (
        "elasticache",
        "delete_cache_parameter_group",
        lambda _: {"CacheParameterGroupName": "shop"},
        "shop-001 uses it",
    ),
    (
        "elasticache",
        "delete_cache_subnet_group",
        lambda _: {"CacheSubnetGroupName": "shop"},
        "shop-001 uses it",
    ),
    (
        "elasticache",
        "modify_cache_subnet_group",
        lambda i: {"CacheSubnetGroupName": "shop", "SubnetIds": [i["subnet_c"]]},
        "cache node shop-001 is in it",
    ),
    (
        "elbv2",
        "delete_load_balancer",
        lambda i: {"LoadBalancerArn": i["balancer"]},
        "has deletion protection",
    ),
    ("rds", "delete_db_subnet_group", lambda _: {"DBSubnetGroupName": "shop"}, "shop uses it"),
    (
        "rds",
        "modify_db_subnet_group",
        lambda i: {"DBSubnetGroupName": "shop", "SubnetIds": [i["subnet_b"]]},
        "database shop is in it",
    ),
    ("rds", "delete_db_parameter_group", lambda _: {"DBParameterGroupName": "shop"}, "shop uses it"),
    (
        "rds",
        "delete_db_cluster_parameter_group",
        lambda _: {"DBClusterParameterGroupName": "aurora"},
        "aurora uses it",
    ),
    ("rds", "stop_db_instance", lambda _: {"DBInstanceIdentifier": "read"}, "has the read replica copy"),
    (
        "rds",
        "modify_db_instance",
        lambda _: {"DBInstanceIdentifier": "stopped", "BackupRetentionPeriod": 9},
        "the instance is stopped",
    ),
    ("servicediscovery", "delete_namespace", lambda i: {"Id": i["namespace"]}, "service web is in it"),
    ("wafv2", "delete_web_acl", lambda i: waf(i["acl"]), "is associated with it"),
    ("wafv2", "delete_web_acl", lambda i: waf(i["cdn_acl"], "CLOUDFRONT"), "uses it"),
    ("wafv2", "delete_ip_set", lambda i: waf(i["addresses"]), "web ACL shop refers to it"),
    ("wafv2", "delete_regex_pattern_set", lambda i: waf(i["patterns"]), "rule group own refers to it"),
    ("wafv2", "delete_rule_group", lambda i: waf(i["rules"]), "web ACL shop refers to it"),
]


def code_of(service: str, operation: str) -> tuple[str, int]:
    """What the table says that the call is answered with."""
    name = operation.replace("_", "")
    (found,) = [one for one in CONFLICTS if (one.service, one.operation.lower()) == (service, name)]
    return found.code, found.status


@pytest.mark.parametrize(("service", "operation", "parameters", "message"), REFUSED)
def test_what_contradicts_what_exists_is_refused(
    service: str, operation: str, parameters: Any, message: str, account: Any
) -> None:
    asked = parameters(account.ids)
    region = "us-east-1" if asked.get("Scope") == "CLOUDFRONT" else REGION
    with pytest.raises(ClientError) as error:
        getattr(account.client(service, region), operation)(**asked)
    answer = error.value.response
    code = answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]
    assert code == code_of(service, operation)
    assert message in answer["Error"]["Message"]


def test_a_load_balancer_takes_a_hundred_rules(account: Any) -> None:
    elbv2 = account.client("elbv2")

    def create(number: int) -> None:
        condition = {"Field": "path-pattern", "Values": [f"/{number}"]}
        elbv2.create_rule(
            ListenerArn=account.ids["listener"],
            Priority=number,
            Conditions=[condition],
            Actions=[account.ids["forward"]],
        )

    for number in range(1, 101):
        create(number)
    with pytest.raises(ClientError, match="TooManyRules"):
        create(101)


def test_every_rule_is_broken_and_has_a_source() -> None:
    broken = {(service, operation.replace("_", "")) for service, operation, _, _ in REFUSED}
    broken.add(("elbv2", "createrule"))
    assert {(one.service, one.operation.lower()) for one in CONFLICTS} == broken
    assert all(one.source for one in CONFLICTS)
