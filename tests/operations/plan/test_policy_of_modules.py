"""The exceptions cover what the modules create in a new product, and nothing that it creates by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

import pytest

from operations.plan.policy import Finding, left_over

Json = dict[str, Any]


def build(stack: Any, context: Any) -> None:
    """A product with names that no other has: modules, and a bucket and a log group beside them."""
    from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
    from constructs import Construct

    from modules.compute.cluster.cluster import Cluster
    from modules.compute.cluster.settings import ClusterSettings
    from modules.compute.repository.image import Image
    from modules.compute.service.container_settings import ContainerSettings
    from modules.compute.service.service import Service
    from modules.compute.service.settings import ServiceSettings
    from modules.edge.web_acl.settings import WebAclSettings
    from modules.edge.web_acl.web_acl import WebAcl
    from modules.edge.website.settings import WebsiteSettings
    from modules.edge.website.website import Website
    from modules.kms.key import Key
    from modules.networking.connections import Connections
    from modules.networking.network import Network
    from modules.networking.security_groups import SecurityGroups
    from modules.networking.settings import FlowLogSettings, NatGateways, NetworkSettings
    from modules.queues.sqs.queue import Queue
    from modules.queues.sqs.settings import QueueSettings
    from modules.storage.bucket.bucket import Bucket
    from modules.storage.bucket.settings import BucketSettings

    network = Network(
        stack,
        "vpc",
        context=context,
        settings=NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"),
            zones=("a", "b"),
            nat_gateways=NatGateways.NONE,
            flow_logs=FlowLogSettings(retention_days=7),
        ),
    )
    connections = Connections()
    connections.group("orders")
    groups = SecurityGroups(stack, "rules", context=context, network=network, connections=connections)
    key = Key(stack, "tasks-key", context=context, purpose="compute", services=["logs"], protected=False)
    container = ContainerSettings(ports={"http": 8080})
    Service(
        stack,
        "orders",
        context=context,
        network=network,
        cluster=Cluster(stack, "tasks", context=context, key=key, settings=ClusterSettings()),
        security_groups=[groups.group("orders")],
        image=Image(stack, "orders-image", context=context, service="orders"),
        settings=ServiceSettings(name="orders", cpu=256, memory=512, container=container),
    )
    WebAcl(stack, "shield", context=context, name="shield", settings=WebAclSettings(scope="CLOUDFRONT"))
    Website(stack, "storefront", context=context, settings=WebsiteSettings(), name="storefront")
    Queue(stack, "mails", context=context, settings=QueueSettings(name="mails"))
    own = Construct(stack, "invoices")
    Bucket(own, "bucket", context=context, name="invoices", settings=BucketSettings())
    CloudwatchLogGroup(own, "audit-trail", name="/audit")


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """The resources of the product, by type and name."""
    from cdktf import App, TerraformStack

    from modules.context import Context

    directory = tmp_path_factory.mktemp("product")
    app = App(outdir=str(directory))
    stack = TerraformStack(app, "books-prod")
    tags = {"Service": "platform", "DataClassification": "internal"}
    context = Context.of(stack, product="books", environment="prod", region="eu-west-1", tags=tags)
    build(stack, context)
    app.synth()
    found: Json = json.loads((directory / "stacks/books-prod/cdk.tf.json").read_text())["resource"]
    return found


def found(resources: Json, kind: str, check: str) -> Iterator[Finding]:
    """A finding of a check about every resource of a type."""
    for name, one in resources[kind].items():
        data = one.get("tags", {}).get("DataClassification", "")
        yield Finding(stack="books-prod", check=check, address=f"{kind}.{name}", title="", data=data)


def not_covered(resources: Json, kind: str, check: str) -> list[str]:
    """The construct paths of the resources of a type that no exception from a check covers."""
    left = {one.address for one in left_over(list(found(resources, kind, check)))}
    paths = {f"{kind}.{name}": one["//"]["metadata"]["path"] for name, one in resources[kind].items()}
    assert len(paths) > len(left), "nothing is covered"
    return sorted(
        path.partition("/")[2].removesuffix("/Default") for name, path in paths.items() if name in left
    )


@pytest.mark.parametrize("check", ["CKV_AWS_18", "CKV_AWS_144", "CKV_AWS_145"])
def test_of_buckets_only_the_products_own_is_left(resources: Json, check: str) -> None:
    assert not_covered(resources, "aws_s3_bucket", check) == ["invoices/bucket"]


def test_of_bucket_versions_all_but_those_of_logs_are_left(resources: Json) -> None:
    assert not_covered(resources, "aws_s3_bucket", "CKV_AWS_21") == ["invoices/bucket", "storefront/bucket"]


def test_of_log_groups_the_products_own_and_those_with_stored_data_are_left(resources: Json) -> None:
    left = not_covered(resources, "aws_cloudwatch_log_group", "CKV_AWS_158")
    assert left == ["invoices/audit-trail", "tasks/exec-log"]
    assert (
        "kms_key_id"
        in resources["aws_cloudwatch_log_group"][
            next(name for name in resources["aws_cloudwatch_log_group"] if name.startswith("tasks_exec-log"))
        ]
    )


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        ("aws_cloudfront_distribution", "CKV_AWS_86"),
        ("aws_cloudfront_distribution", "CKV2_AWS_47"),
        ("aws_cloudfront_response_headers_policy", "CKV_AWS_259"),
        ("aws_ssm_parameter", "CKV2_AWS_34"),
    ],
)
def test_of_the_rest_nothing_is_left(resources: Json, kind: str, check: str) -> None:
    assert not_covered(resources, kind, check) == []


def test_production_is_not_excepted_as_a_smaller_environment_is() -> None:
    database = Finding(stack="books-prod", check="CKV_AWS_293", address="aws_db_instance.ledger", title="")
    assert left_over([database]) == [database]
    assert (
        left_over([Finding(stack="books-dev", check="CKV_AWS_293", address=database.address, title="")]) == []
    )
