"""One emulator for all tests of a session, reset before each that asks for a fresh one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aws_emulator import Emulator, running_emulator

REGION = "eu-west-1"
CACHING = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # AWS's own cache policy CachingOptimized

# A person's own settings are about real AWS.
for name in [one for one in os.environ if one.startswith("AWS_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def session_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The one emulator, as the tests before left it."""
    with running_emulator(log=tmp_path_factory.mktemp("aws-emulator") / "log") as running:
        yield running


@pytest.fixture
def emulator(session_emulator: Emulator) -> Emulator:
    """An emulator without a trace of other tests."""
    session_emulator.reset()
    return session_emulator


@pytest.fixture(scope="module")
def module_emulator(session_emulator: Emulator) -> Emulator:
    """An emulator without a trace of other files. A file uses this one or `emulator`, never both."""
    session_emulator.reset()
    return session_emulator


def distribution_config(*, origin: Any = None, behavior: Any = None, **more: Any) -> dict[str, Any]:
    """The configuration of a distribution of a bucket, with whatever is told otherwise."""
    s3 = {"S3OriginConfig": {"OriginAccessIdentity": ""}, **(origin or {})}
    bucket = {"Id": "bucket", "DomainName": "shop.s3.eu-west-1.amazonaws.com", **s3}
    own = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "https-only", "CachePolicyId": CACHING}
    told = {"CallerReference": "once", "Comment": "", "Enabled": True, **more}
    origins = {"Quantity": 1, "Items": [bucket]}
    return {"Origins": origins, "DefaultCacheBehavior": own | (behavior or {}), **told}


@pytest.fixture(scope="session")
def configured() -> Callable[..., dict[str, Any]]:
    return distribution_config


class Account:
    """An account in which everything is used by something; `ids` names what was made."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.ids: dict[str, Any] = {}
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
        login = {"MasterUsername": "shop", "MasterUserPassword": "a-password-of-16"}
        size = {"DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20, "Engine": "postgres"}
        subnets = {"SubnetIds": [ids["subnet_b"], ids["subnet_c"]], "DBSubnetGroupDescription": "other"}
        size["DBSubnetGroupName"] = "other"
        rds.create_db_subnet_group(DBSubnetGroupName="other", **subnets)
        for name in ("read", "stopped"):
            rds.create_db_instance(DBInstanceIdentifier=name, **size, **login)
        rds.create_db_instance_read_replica(DBInstanceIdentifier="copy", SourceDBInstanceIdentifier="read")
        rds.stop_db_instance(DBInstanceIdentifier="stopped")
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

    def _key_group(self) -> str:
        cloudfront, ids = self.client("cloudfront"), self.ids
        config = {"CallerReference": "k", "Name": "signer", "EncodedKey": "key"}
        ids["public_key"] = cloudfront.create_public_key(PublicKeyConfig=config)["PublicKey"]["Id"]
        group = {"Name": "signers", "Items": [ids["public_key"]]}
        made: str = cloudfront.create_key_group(KeyGroupConfig=group)["KeyGroup"]["Id"]
        ids["key_group"] = made
        return made

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
        config = distribution_config(
            origin={"OriginAccessControlId": ids["control"]},
            behavior={
                "CachePolicyId": ids["policy"],
                "ResponseHeadersPolicyId": ids["headers"],
                "TrustedKeyGroups": {"Enabled": True, "Quantity": 1, "Items": [self._key_group()]},
                # One of AWS's own, which nobody can delete; only its use matters here.
                "OriginRequestPolicyId": "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
                "FunctionAssociations": {"Quantity": 1, "Items": [self._cloudfront_function()]},
            },
            WebACLId=web_acl["ARN"],
        )
        ids["distribution"] = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
        ids["config"], ids["cdn_acl"] = config, web_acl

    def _cloudfront_function(self) -> dict[str, str]:
        config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
        cloudfront = self.client("cloudfront")
        for name in ("pages", "unpublished"):
            made = cloudfront.create_function(Name=name, FunctionConfig=config, FunctionCode=b"0")
            self.ids[f"{name}_function"] = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
            if name == "pages":
                cloudfront.publish_function(Name=name, IfMatch=made["ETag"])
        return {"EventType": "viewer-request", "FunctionARN": self.ids["pages_function"]}

    def _web_acls(self) -> None:
        wafv2, ids = self.client("wafv2"), self.ids
        addresses = wafv2.create_ip_set(
            Name="office", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["10.0.0.0/8"]
        )["Summary"]
        patterns = wafv2.create_regex_pattern_set(
            Name="paths", Scope="REGIONAL", RegularExpressionList=[{"RegexString": "^/a"}]
        )["Summary"]
        searched = {
            "ARN": patterns["ARN"],
            "FieldToMatch": {"UriPath": {}},
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
        }
        counting = {
            "Name": "by-path",
            "Priority": 0,
            "Statement": {"RegexPatternSetReferenceStatement": searched},
            "Action": {"Count": {}},
            "VisibilityConfig": visibility("by-path"),
        }
        own = {"Name": "own", "Scope": "REGIONAL", "VisibilityConfig": visibility("own")}
        rules = wafv2.create_rule_group(Capacity=25, Rules=[counting], **own)["Summary"]
        ids["addresses"], ids["patterns"], ids["rules"] = addresses, patterns, rules
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
        shop = {"Name": "shop", "Scope": scope, "VisibilityConfig": visibility("shop")}
        made = self.client("wafv2", region).create_web_acl(DefaultAction={"Allow": {}}, Rules=rules, **shop)
        return dict(made["Summary"])


def visibility(name: str) -> dict[str, Any]:
    """The metrics of a rule."""
    return {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name}


@pytest.fixture(scope="module")
def account(module_emulator: Emulator) -> Account:
    """An account in which everything is used by something."""
    return Account(module_emulator)
