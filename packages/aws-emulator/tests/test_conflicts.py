"""What AWS refuses because of what exists: each rule is broken once, in one account that has everything."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator
from aws_emulator.strict.conflicts import CONFLICTS

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
Ids = dict[str, Any]


class Account:
    """An account in which everything is used by something; `ids` names what was made."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.ids: Ids = {}
        self._network()
        self._load_balancer()
        self._services()
        self._databases()
        self._cache()
        self._distribution()
        self._web_acls()

    def client(self, service: str, region: str = REGION) -> Any:
        return self.emulator.client(service, region)

    def _network(self) -> None:
        ec2, ids = self.client("ec2"), self.ids
        ids["vpc"] = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        for zone in "abc":
            block = f"10.0.{ord(zone) - 97}.0/24"
            subnet = ec2.create_subnet(VpcId=ids["vpc"], CidrBlock=block, AvailabilityZone=f"{REGION}{zone}")
            ids[f"subnet_{zone}"] = subnet["Subnet"]["SubnetId"]
        ids["gateway"] = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=ids["gateway"], VpcId=ids["vpc"])
        for name in ("web", "data", "caller"):
            group = ec2.create_security_group(GroupName=name, Description=name, VpcId=ids["vpc"])
            ids[f"group_{name}"] = group["GroupId"]
        pair = {"GroupId": ids["group_caller"]}
        rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [pair]}
        ec2.authorize_security_group_ingress(GroupId=ids["group_data"], IpPermissions=[rule])
        ids["address"] = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.create_nat_gateway(SubnetId=ids["subnet_c"], AllocationId=ids["address"])

    def _load_balancer(self) -> None:
        elbv2, ids = self.client("elbv2"), self.ids
        certificate = self.client("acm").request_certificate(DomainName="shop.example")
        ids["certificate"] = certificate["CertificateArn"]
        (balancer,) = elbv2.create_load_balancer(
            Name="web", Subnets=[ids["subnet_a"], ids["subnet_b"]], SecurityGroups=[ids["group_web"]]
        )["LoadBalancers"]
        ids["balancer"] = balancer["LoadBalancerArn"]
        elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=ids["balancer"],
            Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
        )
        for name in ("web", "alone"):
            (group,) = elbv2.create_target_group(
                Name=name, Protocol="HTTP", Port=80, VpcId=ids["vpc"], TargetType="ip"
            )["TargetGroups"]
            ids[f"target_{name}"] = group["TargetGroupArn"]
        forward = {"Type": "forward", "TargetGroupArn": ids["target_web"]}
        (listener,) = elbv2.create_listener(
            LoadBalancerArn=ids["balancer"],
            Protocol="HTTPS",
            Port=443,
            Certificates=[{"CertificateArn": ids["certificate"]}],
            DefaultActions=[forward],
        )["Listeners"]
        ids["listener"], ids["forward"] = listener["ListenerArn"], forward

    def _services(self) -> None:
        ecs, ids = self.client("ecs"), self.ids
        ecs.create_cluster(clusterName="shop")
        container = {"name": "web", "image": "web", "memory": 128}
        ecs.register_task_definition(family="web", networkMode="awsvpc", containerDefinitions=[container])
        network = {"subnets": [ids["subnet_b"]], "securityGroups": [ids["group_caller"]]}
        ids["service"] = {
            "cluster": "shop",
            "serviceName": "web",
            "taskDefinition": "web",
            "desiredCount": 1,
            "networkConfiguration": {"awsvpcConfiguration": network},
        }
        target = {"containerName": "web", "containerPort": 80, "targetGroupArn": ids["target_web"]}
        ecs.create_service(**ids["service"], loadBalancers=[target])
        discovery = self.client("servicediscovery")
        discovery.create_private_dns_namespace(Name="shop.local", Vpc=ids["vpc"])
        (namespace,) = discovery.list_namespaces()["Namespaces"]
        ids["namespace"] = namespace["Id"]
        discovery.create_service(Name="web", NamespaceId=ids["namespace"])

    def _databases(self) -> None:
        rds, ids = self.client("rds"), self.ids
        rds.create_db_subnet_group(
            DBSubnetGroupName="shop",
            DBSubnetGroupDescription="shop",
            SubnetIds=[ids["subnet_a"], ids["subnet_b"]],
        )
        parameters = {"DBParameterGroupFamily": "postgres16", "Description": "shop"}
        rds.create_db_parameter_group(DBParameterGroupName="shop", **parameters)
        rds.create_db_instance(
            DBInstanceIdentifier="shop",
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="shop",
            MasterUserPassword="a-password-of-16",
            DBSubnetGroupName="shop",
            DBParameterGroupName="shop",
            VpcSecurityGroupIds=[ids["group_data"]],
            AvailabilityZone=f"{REGION}a",
        )
        parameters = {"DBParameterGroupFamily": "aurora-postgresql16", "Description": "shop"}
        rds.create_db_cluster_parameter_group(DBClusterParameterGroupName="aurora", **parameters)
        rds.create_db_cluster(
            DBClusterIdentifier="aurora",
            Engine="aurora-postgresql",
            MasterUsername="shop",
            MasterUserPassword="a-password-of-16",
            DBSubnetGroupName="shop",
            DBClusterParameterGroupName="aurora",
        )

    def _cache(self) -> None:
        elasticache, ids = self.client("elasticache"), self.ids
        elasticache.create_cache_subnet_group(
            CacheSubnetGroupName="shop",
            CacheSubnetGroupDescription="shop",
            SubnetIds=[ids["subnet_b"], ids["subnet_c"]],
        )
        elasticache.create_cache_parameter_group(
            CacheParameterGroupName="shop", CacheParameterGroupFamily="redis7", Description="shop"
        )
        elasticache.create_replication_group(
            ReplicationGroupId="shop",
            ReplicationGroupDescription="shop",
            NumCacheClusters=1,
            CacheNodeType="cache.t4g.micro",
            CacheSubnetGroupName="shop",
            CacheParameterGroupName="shop",
            SecurityGroupIds=[ids["group_data"]],
        )

    def _distribution(self) -> None:
        cloudfront, ids = self.client("cloudfront"), self.ids
        control = {"SigningProtocol": "sigv4", "SigningBehavior": "always"}
        ids["control"] = cloudfront.create_origin_access_control(
            OriginAccessControlConfig={"Name": "c", "OriginAccessControlOriginType": "s3", **control}
        )["OriginAccessControl"]["Id"]
        ids["policy"] = cloudfront.create_cache_policy(CachePolicyConfig={"Name": "p", "MinTTL": 0})[
            "CachePolicy"
        ]["Id"]
        ids["headers"] = cloudfront.create_response_headers_policy(ResponseHeadersPolicyConfig={"Name": "h"})[
            "ResponseHeadersPolicy"
        ]["Id"]
        web_acl = self._web_acl("CLOUDFRONT", "us-east-1")
        origin = {
            "Id": "s3",
            "DomainName": "shop.s3.eu-west-1.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
            "OriginAccessControlId": ids["control"],
        }
        behavior = {
            "TargetOriginId": "s3",
            "ViewerProtocolPolicy": "https-only",
            "CachePolicyId": ids["policy"],
            "ResponseHeadersPolicyId": ids["headers"],
            # One of AWS's own, which nobody can delete; only its use matters here.
            "OriginRequestPolicyId": "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
        }
        ids["distribution"] = cloudfront.create_distribution(
            DistributionConfig={
                "CallerReference": "r",
                "Comment": "",
                "Enabled": True,
                "Origins": {"Quantity": 1, "Items": [origin]},
                "DefaultCacheBehavior": behavior,
                "WebACLId": web_acl["ARN"],
            }
        )["Distribution"]["Id"]
        ids["cdn_acl"] = web_acl

    def _web_acls(self) -> None:
        wafv2, ids = self.client("wafv2"), self.ids
        addresses = wafv2.create_ip_set(
            Name="office", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["10.0.0.0/8"]
        )["Summary"]
        rules = wafv2.create_rule_group(
            Name="own", Scope="REGIONAL", Capacity=1, VisibilityConfig=visibility("own")
        )["Summary"]
        ids["addresses"], ids["rules"] = addresses, rules
        by_address = {"IPSetReferenceStatement": {"ARN": addresses["ARN"]}}
        by_group = {"RuleGroupReferenceStatement": {"ARN": rules["ARN"]}}
        ids["acl"] = self._web_acl("REGIONAL", REGION, by_address, by_group)
        wafv2.associate_web_acl(WebACLArn=ids["acl"]["ARN"], ResourceArn=ids["balancer"])

    def _web_acl(self, scope: str, region: str, *statements: dict[str, Any]) -> dict[str, Any]:
        rules = [
            {
                "Name": f"r{place}",
                "Priority": place,
                "Statement": statement,
                "Action": {"Count": {}},
                "VisibilityConfig": visibility(f"r{place}"),
            }
            for place, statement in enumerate(statements)
        ]
        made = self.client("wafv2", region).create_web_acl(
            Name="shop",
            Scope=scope,
            DefaultAction={"Allow": {}},
            VisibilityConfig=visibility("shop"),
            Rules=rules,
        )
        return dict(made["Summary"])


def visibility(name: str) -> dict[str, Any]:
    """The metrics of a rule."""
    return {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name}


@pytest.fixture(scope="module")
def account(module_emulator: Emulator) -> Account:
    return Account(module_emulator)


def waf(summary: dict[str, Any], scope: str = "REGIONAL") -> dict[str, Any]:
    return {"Name": summary["Name"], "Scope": scope, "Id": summary["Id"], "LockToken": "x"}


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
    ("cloudfront", "delete_distribution", lambda i: {"Id": i["distribution"], "IfMatch": "x"}, "is enabled"),
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
    ("servicediscovery", "delete_namespace", lambda i: {"Id": i["namespace"]}, "service web is in it"),
    ("wafv2", "delete_web_acl", lambda i: waf(i["acl"]), "is associated with it"),
    ("wafv2", "delete_web_acl", lambda i: waf(i["cdn_acl"], "CLOUDFRONT"), "uses it"),
    ("wafv2", "delete_ip_set", lambda i: waf(i["addresses"]), "web ACL shop refers to it"),
    ("wafv2", "delete_rule_group", lambda i: waf(i["rules"]), "web ACL shop refers to it"),
]


def code_of(service: str, operation: str) -> tuple[str, int]:
    """What the table says that the call is answered with."""
    name = operation.replace("_", "")
    (found,) = [one for one in CONFLICTS if (one.service, one.operation.lower()) == (service, name)]
    return found.code, found.status


@pytest.mark.parametrize(("service", "operation", "parameters", "message"), REFUSED)
def test_what_contradicts_what_exists_is_refused(
    service: str, operation: str, parameters: Any, message: str, account: Account
) -> None:
    asked = parameters(account.ids)
    region = "us-east-1" if asked.get("Scope") == "CLOUDFRONT" else REGION
    with pytest.raises(ClientError) as error:
        getattr(account.client(service, region), operation)(**asked)
    answer = error.value.response
    code = answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]
    assert code == code_of(service, operation)
    assert message in answer["Error"]["Message"]


def test_a_load_balancer_takes_a_hundred_rules(account: Account) -> None:
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
