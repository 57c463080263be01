"""The properties of every environment of every product, shipped and generated alike.

Numbered as in docs/specification/webapp.md, "Ten properties that hold for every environment". A property that
found nothing to look at is no proof, so each test says what it must have seen. The first: test_names.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from stacks.environment import Environment
from tests.stacks.environments import environments

Json = dict[str, Any]
REFERENCE = re.compile(r"\$\{((?:data\.)?aws_[a-z0-9_]+\.[\w-]+)")


def resources(stack: Json, kind: str) -> dict[str, Json]:
    """The resources of one type, by address."""
    return {f"{kind}.{name}": body for name, body in stack["resource"].get(kind, {}).items()}


def references(value: Any) -> set[str]:
    """The addresses that a value refers to."""
    return set(REFERENCE.findall(json.dumps(value)))


def subnet_zones(stack: Json, subnets: Any) -> set[str]:
    found = resources(stack, "aws_subnet")
    return {found[one]["availability_zone"] for one in references(subnets)}


def public_subnets(stack: Json) -> set[str]:
    """The subnets whose route table leads to an internet gateway."""
    tables = {
        table
        for route in resources(stack, "aws_route").values()
        if "gateway_id" in route
        for table in references(route["route_table_id"])
    }
    joined = resources(stack, "aws_route_table_association").values()
    return {
        subnet
        for one in joined
        if references(one["route_table_id"]) & tables
        for subnet in references(one["subnet_id"])
    }


def sources_of(stack: Json, group: str) -> Iterator[str]:
    """The addresses of the groups, or the address ranges, that may open connections to a group."""
    for rule in resources(stack, "aws_vpc_security_group_ingress_rule").values():
        if group in references(rule["security_group_id"]):
            yield from references(rule.get("referenced_security_group_id")) or [str(rule.get("cidr_ipv4"))]


def groups_of_services(stack: Json, *, with_password: bool) -> set[str]:
    """The security groups of the services that are, or are not, given the password of a database."""
    tasks = resources(stack, "aws_ecs_task_definition")
    found: set[str] = set()
    for service in resources(stack, "aws_ecs_service").values():
        (task,) = references(service["task_definition"])
        containers = json.loads(tasks[task]["container_definitions"])
        given = {secret["name"] for one in containers for secret in one.get("secrets", ())}
        if ("DATABASE_PASSWORD" in given) is with_password:
            found |= references(service["network_configuration"]["security_groups"])
    return found


def test_2_the_database_is_private_and_reached_by_those_that_have_its_password(
    subjects: dict[str, Json],
) -> None:
    for name, stack in subjects.items():
        databases = {**resources(stack, "aws_rds_cluster"), **resources(stack, "aws_db_instance")}
        instances = {**resources(stack, "aws_rds_cluster_instance"), **resources(stack, "aws_db_instance")}
        assert databases, name
        assert {one["publicly_accessible"] for one in instances.values()} == {False}, name
        subnets = references([one["subnet_ids"] for one in resources(stack, "aws_db_subnet_group").values()])
        assert subnets, name
        assert not subnets & public_subnets(stack), name
        (group,) = references([one["vpc_security_group_ids"] for one in databases.values()])
        # A group that other services have as well opens nothing.
        clients = groups_of_services(stack, with_password=True) - groups_of_services(
            stack, with_password=False
        )
        assert clients, name
        assert set(sources_of(stack, group)) == clients, name


def test_3_every_secret_is_encrypted_with_a_key_of_ours(subjects: dict[str, Json]) -> None:
    for name, stack in subjects.items():
        keys = [one.get("kms_key_id") for one in resources(stack, "aws_secretsmanager_secret").values()]
        keys += [
            one.get("master_user_secret_kms_key_id")
            for kind in ("aws_rds_cluster", "aws_db_instance")
            for one in resources(stack, kind).values()
            if one.get("manage_master_user_password")
        ]
        keys += [
            one.get("key_id")
            for one in resources(stack, "aws_ssm_parameter").values()
            if one["type"] == "SecureString"
        ]
        # A recovery reads replicas of its primary's, which a key of its own region encrypts.
        replicas = {f"data.aws_kms_alias.{one}" for one in stack.get("data", {}).get("aws_kms_alias", {})}
        assert keys or replicas, name
        ours = resources(stack, "aws_kms_key").keys() | replicas
        assert all(references(key) & ours for key in keys), (name, keys)


def product_of(name: str) -> Environment:
    """An environment of the product that a stack is of."""
    found = [one.environment for one in environments().values()]
    named = [one for one in found if name.startswith(f"{one.naming.product}-")]
    return max(named, key=lambda one: len(one.naming.product))


def test_4_everything_carries_all_its_tags(subjects: dict[str, Json]) -> None:
    """What the provider puts on everything is complete, and no resource takes a tag away (see also plans)."""
    for name, stack in subjects.items():
        product = product_of(name)
        policy = product.tags.policy
        for provider in stack["provider"]["aws"]:
            (tags,) = (one["tags"] for one in provider["default_tags"])
            required = set(policy.required)
            if provider.get("alias") == "few-tags":
                required -= {*policy.optional_where_limited}
            assert required <= {key for key, value in tags.items() if value}, name
            assert tags["Environment"] == name.removeprefix(f"{product.naming.product}-")
        own = [
            body["tags"] for kind in stack["resource"].values() for body in kind.values() if "tags" in body
        ]
        assert len(own) > 20, name
        assert not [tags for tags in own if not all(tags.values()) or "Environment" in tags], name


def test_5_what_must_survive_a_zone_spans_two(subjects: dict[str, Json]) -> None:
    for name, stack in subjects.items():
        placed = [one["subnets"] for one in resources(stack, "aws_lb").values()]
        placed += [
            one["network_configuration"]["subnets"] for one in resources(stack, "aws_ecs_service").values()
        ]
        for kind in ("aws_db_subnet_group", "aws_elasticache_subnet_group"):
            placed += [one["subnet_ids"] for one in resources(stack, kind).values()]
        assert len(placed) >= 3, name
        assert all(len(subnet_zones(stack, subnets)) >= 2 for subnets in placed), name
        for address, cluster in resources(stack, "aws_rds_cluster").items():
            instances = [
                one["availability_zone"]
                for one in resources(stack, "aws_rds_cluster_instance").values()
                if address in references(one["cluster_identifier"])
            ]
            assert len(set(instances)) == len(instances) >= (2 if "lifecycle" in cluster else 1), name


def test_6_https_is_forced(subjects: dict[str, Json]) -> None:
    for name, stack in subjects.items():
        listeners = resources(stack, "aws_lb_listener").values()
        # Every load balancer answers on both ports; that a product has one is its specification's matter.
        answered = sorted((*references(one["load_balancer_arn"]), one["port"]) for one in listeners)
        balancers = sorted(resources(stack, "aws_lb"))
        assert answered == [(balancer, port) for balancer in balancers for port in (80, 443)], name
        for one in listeners:
            if one["port"] == 80:
                (action,) = one["default_action"]
                assert action["redirect"]["protocol"] == "HTTPS", name
                assert action["redirect"]["status_code"] == "HTTP_301", name
            else:
                assert one["protocol"] == "HTTPS", name
                assert one["ssl_policy"].startswith("ELBSecurityPolicy-TLS13-"), name
        for one in resources(stack, "aws_cloudfront_distribution").values():
            behaviors = [one["default_cache_behavior"], *one.get("ordered_cache_behavior", ())]
            assert {each["viewer_protocol_policy"] for each in behaviors} == {"redirect-to-https"}, name
            assert one["viewer_certificate"]["minimum_protocol_version"] == "TLSv1.2_2021", name


def test_7_backups_reach_back_a_week_to_any_second_encrypted(subjects: dict[str, Json]) -> None:
    """Aurora and RDS keep the log between backups for as long as these: that is point-in-time recovery."""
    for name, stack in subjects.items():
        databases = {**resources(stack, "aws_rds_cluster"), **resources(stack, "aws_db_instance")}
        # A recovery's replica is one from its promotion on.
        sources = [one for one in databases.values() if not one.get("replicate_source_db")]
        assert sources, name
        for one in sources:
            assert one["backup_retention_period"] >= 7, name
            if "snapshot_identifier" in one:
                continue  # with the key of the copy, which the primary's stack has made
            assert one["storage_encrypted"] is True, name
            assert references(one["kms_key_id"]) & resources(stack, "aws_kms_key").keys(), name


def test_8_nothing_is_open_but_the_load_balancer(subjects: dict[str, Json]) -> None:
    for name, stack in subjects.items():
        rules = resources(stack, "aws_vpc_security_group_ingress_rule").values()
        ranges = [one for one in rules if "cidr_ipv6" in one or "cidr_ipv4" in one]
        (vpc,) = resources(stack, "aws_vpc").values()
        opened = [one for one in ranges if one.get("cidr_ipv4") != vpc["cidr_block"]]
        balancers = references([one["security_groups"] for one in resources(stack, "aws_lb").values()])
        assert rules, name
        assert {
            (group, one["from_port"]) for one in opened for group in references(one["security_group_id"])
        } == {(group, port) for group in balancers for port in (80, 443)}, name
        assert all(one["ip_protocol"] == "tcp" and one["from_port"] == one["to_port"] for one in rules), name
        for group in resources(stack, "aws_security_group").values():
            assert not {"ingress", "egress"} & group.keys(), name
        assert not stack["resource"].get("aws_security_group_rule"), name


def test_10_every_reference_leads_somewhere(subjects: dict[str, Json]) -> None:
    """Terraform's own judgement of the same files is in test_valid_terraform.py."""
    for name, stack in subjects.items():
        known = {f"{kind}.{one}" for kind, named in stack["resource"].items() for one in named}
        known |= {f"data.{kind}.{one}" for kind, named in stack["data"].items() for one in named}
        used = references({**stack["resource"], "outputs": stack["output"]})
        assert len(used) > 30, name
        assert not used - known, name
        assert "TfToken" not in json.dumps(stack), name
