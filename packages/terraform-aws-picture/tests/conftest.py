"""Terraform JSON documents of a few resources, and what of a picture the tests look at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

Json = dict[str, Any]


class Drawn:
    """A picture read back from its SVG."""

    def __init__(self, svg: str) -> None:
        self.root = Xml.fromstring(svg)  # noqa: S314 - drawn by the test itself
        self.texts = [text for text in self._of("text") if text.text]
        self.words = [str(text.text) for text in self.texts]
        self.circles = list(self._of("circle"))
        group = next(one for one in self._of("g") if one.get("id") == "marks")
        self.marks = {text.text for text in group.iter("{http://www.w3.org/2000/svg}text")}

    @property
    def resources(self) -> set[str]:
        """Addresses that elements stand for."""
        return {address for one in self.root.iter() for address in one.get("data-resources", "").split()}

    def boxes(self, layer: str) -> Iterator[tuple[float, float, float, float]]:
        """Left, top, right and bottom of the boxes of a layer."""
        group = next(one for one in self._of("g") if one.get("id") == layer)
        for box in group.iter("{http://www.w3.org/2000/svg}rect"):
            x, y, width, height = (float(box.get(name, "0")) for name in ("x", "y", "width", "height"))
            yield x, y, x + width, y + height

    def near(self, word: str, *, above: bool = False) -> list[str]:
        """Numbers on the card whose title is `word`, or at its upper corners too."""
        title = next(text for text in self.texts if text.text == word)
        x, y = float(title.get("x", "0")), float(title.get("y", "0"))
        near = [
            str(text.text)
            for text in self.texts
            if re.fullmatch(r"\d+", str(text.text))
            and (-40 if above else 0) <= float(text.get("y", "0")) - y <= 70
            and -40 <= float(text.get("x", "0")) - x <= (260 if above else 110)
        ]
        return sorted(near, key=int)

    def _of(self, tag: str) -> Iterator[Xml.Element]:
        return self.root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")


class Document:
    """A Terraform JSON document under way: a VPC with a public, a private and a database tier."""

    def __init__(self, zones: str = "ab") -> None:
        self.resources: Json = {}
        self.zones = zones
        self.add("vpc", "network", cidr_block="10.0.0.0/16")
        for number, (tier, zone) in enumerate(
            (tier, zone) for tier in ("public", "private", "database") for zone in zones
        ):
            self.add(
                "subnet",
                f"{tier}-{zone}",
                availability_zone=f"eu-west-1{zone}",
                cidr_block=f"10.0.{number}.0/24",
                tags={"Name": f"demo-{tier}-{zone}"},
            )
        self.add("internet_gateway", "gateway", vpc_id="${aws_vpc.network.id}")
        self._route("public", gateway_id="${aws_internet_gateway.gateway.id}")

    @property
    def content(self) -> Json:
        """What `json.loads` makes of the document."""
        return {"provider": {"aws": [{"region": "eu-west-1"}]}, "resource": self.resources}

    def add(self, kind: str, key: str, **body: Any) -> str:
        """Add a resource, its type without `aws_`; returns its address."""
        self.resources.setdefault(f"aws_{kind}", {})[key] = body
        return f"aws_{kind}.{key}"

    def nat(self) -> None:
        """A NAT gateway in each zone, and the private tier's way out."""
        for zone in self.zones:
            self.add("nat_gateway", f"nat-{zone}", subnet_id=f"${{aws_subnet.public-{zone}.id}}")
        self._route("private", nat_gateway_id=f"${{aws_nat_gateway.nat-{self.zones[0]}.id}}")

    def balancer(self, name: str, host: str = "api.demo.example") -> str:
        """A load balancer that the internet may reach; returns the name of its group."""
        group = self._group(name)
        subnets = self.subnets("public")
        balancer = self.add(
            "lb", name, name=f"demo-{name}", security_groups=[self._id(group)], subnets=subnets
        )
        listener = self.add("lb_listener", name, load_balancer_arn=f"${{{balancer}.arn}}", port=443)
        hosts = [{"host_header": [{"values": [host]}]}]
        self.add("lb_listener_rule", name, listener_arn=f"${{{listener}.arn}}", condition=hosts)
        self.allow(group, 443, cidr_ipv4="0.0.0.0/0")
        return group

    def service(self, name: str, *sources: str) -> str:
        """A service that the members of some groups may reach; returns the name of its group."""
        group = self._group(name)
        network = {"security_groups": [self._id(group)], "subnets": self.subnets("private")}
        self.add("ecs_service", name, name=f"demo-{name}", desired_count=2, network_configuration=network)
        for source in sources:
            self.allow(group, 8080, source)
        return group

    def database(self, name: str, *sources: str, replicas: int = 0) -> str:
        """An instance of RDS with replicas; returns the name of its group."""
        group = self._group(name)
        self.add("db_subnet_group", name, subnet_ids=self.subnets("database"))
        common = {"vpc_security_group_ids": [self._id(group)], "instance_class": "db.t4g.medium"}
        subnets = f"${{aws_db_subnet_group.{name}.name}}"
        primary = {"engine": "postgres", "port": 5432, "db_subnet_group_name": subnets}
        self.add("db_instance", name, identifier=f"demo-{name}", **primary, **common)
        for number in range(replicas):
            source, key = f"${{aws_db_instance.{name}.identifier}}", f"{name}-{number}"
            self.add("db_instance", key, identifier=f"demo-{key}", replicate_source_db=source, **common)
        for source in sources:
            self.allow(group, 5432, source)
        return group

    def cluster(self, name: str, instances: int) -> None:
        """A cluster of Aurora."""
        self.add("db_subnet_group", name, subnet_ids=self.subnets("database"))
        subnets = f"${{aws_db_subnet_group.{name}.name}}"
        self.add("rds_cluster", name, cluster_identifier=f"demo-{name}", db_subnet_group_name=subnets)
        for number in range(instances):
            self.add(
                "rds_cluster_instance",
                f"{name}-{number}",
                identifier=f"demo-{name}-{number}",
                cluster_identifier=f"${{aws_rds_cluster.{name}.id}}",
                instance_class="db.r8g.large",
            )

    def cache(self, name: str, *sources: str) -> None:
        """A replication group of ElastiCache."""
        group = self._group(name)
        self.add("elasticache_subnet_group", name, subnet_ids=self.subnets("database"))
        self.add(
            "elasticache_replication_group",
            name,
            replication_group_id=f"demo-{name}",
            num_cache_clusters=2,
            subnet_group_name=f"${{aws_elasticache_subnet_group.{name}.name}}",
            security_group_ids=[self._id(group)],
        )
        for source in sources:
            self.allow(group, 6379, source)

    def files(self, name: str, *sources: str, group: str = "") -> None:
        """A file system with a mount target in each zone; it may share a group."""
        group = group or self._group(name)
        self.add("efs_file_system", name, encrypted=True, tags={"Name": f"demo-{name}"})
        for zone in self.zones:
            self.add(
                "efs_mount_target",
                f"{name}-{zone}",
                file_system_id=f"${{aws_efs_file_system.{name}.id}}",
                subnet_id=f"${{aws_subnet.private-{zone}.id}}",
                security_groups=[self._id(group)],
            )
        for source in sources:
            self.allow(group, 2049, source)

    def endpoint(self, service: str, group: str | None) -> None:
        """An interface endpoint with a group, or a gateway endpoint without one."""
        name = f"com.amazonaws.eu-west-1.{service}"
        key = service.replace(".", "-")
        if group is None:
            self.add("vpc_endpoint", key, service_name=name, vpc_endpoint_type="Gateway")
        else:
            self._group(group)
            self.add(
                "vpc_endpoint",
                key,
                service_name=name,
                vpc_endpoint_type="Interface",
                subnet_ids=self.subnets("private"),
                security_group_ids=[self._id(group)],
            )

    def function(self, name: str) -> str:
        """A Lambda function in the private tier; returns the name of its group."""
        network = {"subnet_ids": self.subnets("private"), "security_group_ids": [self._id(self._group(name))]}
        self.add(
            "lambda_function", name, function_name=f"demo-{name}", runtime="python3.13", vpc_config=network
        )
        return name

    def zone(self) -> None:
        """A hosted zone with a record."""
        zone = self.add("route53_zone", "zone", name="demo.example")
        self.add("route53_record", "api", zone_id=f"${{{zone}.id}}", name="api.demo.example", type="A")

    def website(self) -> None:
        """A distribution with a web ACL before it, a bucket behind it, and its certificate."""
        acl = self.add("wafv2_web_acl", "website", name="demo-website", rule=[{}, {}])
        bucket = self.add("s3_bucket", "website", bucket="demo-website")
        self.add("acm_certificate", "website", domain_name="demo.example", provider="aws.us-east-1")
        origin = [{"domain_name": f"${{{bucket}.bucket_regional_domain_name}}"}]
        aliases = ["demo.example", "www.demo.example"]
        self.add(
            "cloudfront_distribution", "website", aliases=aliases, origin=origin, web_acl_id=f"${{{acl}.arn}}"
        )

    def allow(self, group: str, port: int, source: str = "", **more: str) -> None:
        """A rule that lets the members of another group in."""
        self._rule("ingress", group, port, source, more)

    def allow_out(self, group: str, port: int, target: str = "", **more: str) -> None:
        """A rule that lets the members of a group out."""
        self._rule("egress", group, port, target, more)

    def _rule(self, way: str, group: str, port: int, other: str, more: Json) -> None:
        kind = f"vpc_security_group_{way}_rule"
        key = f"rule-{len(self.resources.get(f'aws_{kind}', {}))}"
        ends = {"from_port": port, "to_port": port, "ip_protocol": "tcp", "description": f"{group} on {port}"}
        between = {"referenced_security_group_id": self._id(other)} if other else {}
        self.add(kind, key, security_group_id=self._id(group), **{**ends, **between, **more})

    def _group(self, name: str) -> str:
        self.add("security_group", name)
        return name

    def _route(self, tier: str, **target: str) -> None:
        table = f"${{{self.add('route_table', tier)}.id}}"
        self.add("route", tier, route_table_id=table, **target)
        for zone in self.zones:
            subnet = f"${{aws_subnet.{tier}-{zone}.id}}"
            self.add("route_table_association", f"{tier}-{zone}", subnet_id=subnet, route_table_id=table)

    def subnets(self, tier: str) -> list[str]:
        """References to the subnets of a tier."""
        return [f"${{aws_subnet.{tier}-{zone}.id}}" for zone in self.zones]

    @staticmethod
    def _id(group: str) -> str:
        return f"${{aws_security_group.{group}.id}}"


@pytest.fixture
def small() -> Json:
    """A load balancer, two services, a worker and a database over two zones."""
    content: Json = json.loads((Path(__file__).parent / "small.json").read_text())
    return content


@pytest.fixture(scope="session")
def drawn() -> type[Drawn]:
    """What reads a picture back."""
    return Drawn


@pytest.fixture(scope="session")
def document() -> type[Document]:
    """What writes a document."""
    return Document


@pytest.fixture(scope="session")
def large(document: type[Document]) -> Json:
    """A document with something of everything that is drawn."""
    made = document("abc")
    made.nat()
    balancer = made.balancer("alb")
    made.endpoint("s3", None)
    for service in ("ecr.api", "logs"):
        made.endpoint(service, "endpoints")
    made.add("ecs_cluster", "cluster", name="demo")
    fronted = [made.service(name, balancer) for name in ("api", "graphql", "events")]
    inside = [made.service(name, *fronted) for name in ("ledger", "search")]
    workers = [made.service(name) for name in ("worker", "mailer")]
    made.files("documents", inside[1])
    made.allow(inside[1], 9200, workers[0])
    made.database("postgresql", *fronted, *inside, *workers, replicas=2)
    made.cluster("reports", 2)
    made.cache("sessions", *fronted)
    made.cache("queues", *workers)
    made.allow_out(made.function("cleaner"), 443, "endpoints")
    for group in (*fronted, *inside, *workers):
        made.allow_out(group, 443, cidr_ipv4="0.0.0.0/0")
    made.zone()
    made.website()
    for kind in ("kms_key", "sns_topic", "cloudwatch_log_group", "iam_role", "sqs_queue", "backup_vault"):
        made.add(kind, "one")
        made.add(kind, "other")
    return made.content
