"""Stacks of a few resources, as Terraform JSON, and what of a picture the tests look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

    def _of(self, tag: str) -> Iterator[Xml.Element]:
        return self.root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")


@pytest.fixture
def small() -> Json:
    """A load balancer, two services, a worker and a database over two zones."""
    groups = ("alb", "api", "mail", "worker", "database")
    subnets = {
        f"{tier}-{zone}": {
            "availability_zone": f"eu-west-1{zone}",
            "cidr_block": f"10.0.{number}.0/24",
            "tags": {"Name": f"demo-{tier}-{zone}"},
        }
        for number, (tier, zone) in enumerate((tier, zone) for tier in ("public", "private") for zone in "ab")
    }
    private = ["${aws_subnet.private-a.id}", "${aws_subnet.private-b.id}"]
    return {
        "provider": {"aws": [{"alias": "us-east-1", "region": "us-east-1"}, {"region": "eu-west-1"}]},
        "resource": {
            "aws_vpc": {"network": {"cidr_block": "10.0.0.0/16"}},
            "aws_internet_gateway": {"gateway": {"vpc_id": "${aws_vpc.network.id}"}},
            "aws_route": {
                "out": {
                    "gateway_id": "${aws_internet_gateway.gateway.id}",
                    "route_table_id": "${aws_route_table.public.id}",
                }
            },
            "aws_route_table": {"public": {}},
            "aws_route_table_association": {
                "public-a": {
                    "subnet_id": "${aws_subnet.public-a.id}",
                    "route_table_id": "${aws_route_table.public.id}",
                }
            },
            "aws_subnet": subnets,
            "aws_security_group": {name: {} for name in groups},
            "aws_lb": {
                "balancer": {
                    "name": "demo-alb",
                    "security_groups": ["${aws_security_group.alb.id}"],
                    "subnets": ["${aws_subnet.public-a.id}", "${aws_subnet.public-b.id}"],
                }
            },
            "aws_ecs_service": {
                name: {
                    "name": f"demo-{name}-service",
                    "desired_count": 2,
                    "network_configuration": {
                        "security_groups": [f"${{aws_security_group.{name}.id}}"],
                        "subnets": private,
                    },
                }
                for name in ("api", "mail", "worker")
            },
            "aws_db_subnet_group": {"subnets": {"subnet_ids": private}},
            "aws_db_instance": {
                "database": {
                    "identifier": "demo-postgresql",
                    "db_subnet_group_name": "${aws_db_subnet_group.subnets.name}",
                    "vpc_security_group_ids": ["${aws_security_group.database.id}"],
                    "port": 5433,
                }
            },
            "aws_vpc_security_group_ingress_rule": {
                "alb-from-internet": _rule("alb", 443, cidr_ipv4="0.0.0.0/0"),
                "api-from-alb": _rule("api", 8080, source="alb"),
                "mail-from-api": _rule("mail", 25, source="api"),
                "mail-from-worker": _rule("mail", 25, source="worker"),
                "database-from-api": _rule("database", 5433, source="api"),
            },
        },
    }


def _rule(group: str, port: int, *, source: str = "", **more: str) -> Json:
    other = {"referenced_security_group_id": f"${{aws_security_group.{source}.id}}"} if source else {}
    ends = {"from_port": port, "to_port": port, "ip_protocol": "tcp", "description": f"{group} on {port}"}
    return {"security_group_id": f"${{aws_security_group.{group}.id}}", **ends, **other, **more}


def numbers_near(drawn: Drawn, word: str) -> list[str]:
    """Numbers on the card whose title is `word`."""
    title = next(text for text in drawn.texts if text.text == word)
    x, y = float(title.get("x", "0")), float(title.get("y", "0"))
    near = [
        str(text.text)
        for text in drawn.texts
        if re.fullmatch(r"\d+", str(text.text))
        and 0 <= float(text.get("y", "0")) - y <= 70
        and -40 <= float(text.get("x", "0")) - x <= 110
    ]
    return sorted(near, key=int)


@pytest.fixture
def near() -> Any:
    """The function above, for tests: modules of tests do not import each other."""
    return numbers_near


@pytest.fixture
def drawn() -> type[Drawn]:
    """What reads a picture back."""
    return Drawn
