"""What the page of a stack says, read from small stacks and from those that ship."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from operations.differences import Difference
from operations.page.alarms import OTHERS, alarms
from operations.page.content import Against, content
from operations.page.data import data_rows
from operations.page.html import html
from operations.page.services import connections, service_rows
from operations.synthesized import SynthesizedStack
from tests.stacks.environments import environments

Json = dict[str, Any]


def small(resources: Mapping[str, Any], tags: Mapping[str, str] | None = None) -> SynthesizedStack:
    """A stack of some resources."""
    provider = {"region": "eu-west-1", "default_tags": [{"tags": dict(tags or {})}]}
    return SynthesizedStack(
        name="ohi-dev",
        document={
            "//": {"metadata": {"version": "0.21.0"}},
            "terraform": {"required_version": ">= 1.11.0", "required_providers": {"aws": {"version": "5"}}},
            "provider": {"aws": [provider]},
            "resource": dict(resources),
            "output": {"url": {"value": "https://shop.example"}},
        },
    )


def rule(**more: Any) -> Json:
    """A rule of the group `api`."""
    allowed = {"from_port": 80, "to_port": 80, "ip_protocol": "tcp", "description": "orders"}
    return {"security_group_id": "${aws_security_group.api.id}", **allowed, **more}


def test_rules_that_allow_the_same_are_one_connection() -> None:
    groups = {name: {"tags": {"Name": f"ohi-dev-{name}"}} for name in ("api", "alb", "jobs")}
    rules = {
        name: rule(referenced_security_group_id=f"${{aws_security_group.{name}.id}}")
        for name in ("jobs", "alb")
    }
    rules["people"] = rule(cidr_ipv4="0.0.0.0/0", description="people")
    rules["office"] = rule(cidr_ipv4="10.0.0.0/8", ip_protocol="-1", description="office")
    found = connections(small({"aws_security_group": groups, "aws_vpc_security_group_ingress_rule": rules}))
    assert [(one.target, one.sources, one.port, one.purpose) for one in found] == [
        ("api", ("alb", "jobs"), "80/tcp", "orders"),
        ("api", ("everybody",), "80/tcp", "people"),
        ("api", ("10.0.0.0/8",), "all", "office"),
    ]
    assert len(found[0].addresses) == 2


def test_alarms_have_the_severity_of_whom_they_tell_also_by_a_composite_alarm() -> None:
    topics = {name: {"name": f"ohi-dev-{name}"} for name in ("critical", "warning")}
    rung = {
        "cpu": {"alarm_name": "ohi-dev-cpu-alarm", "alarm_description": "too busy"},
        "disk": {
            "alarm_name": "ohi-dev-disk-alarm",
            "alarm_actions": "${[aws_sns_topic.warning.arn, aws_sns_topic.critical.arn]}",
        },
        "rollback": {"alarm_name": "ohi-dev-rollback-alarm"},
    }
    composite = {
        "api": {
            "alarm_name": "ohi-dev-api-alarm",
            "alarm_rule": 'ALARM("${aws_cloudwatch_metric_alarm.cpu.alarm_name}")',
            "alarm_actions": ["${aws_sns_topic.warning.arn}"],
        }
    }
    found = alarms(
        small(
            {
                "aws_sns_topic": topics,
                "aws_cloudwatch_metric_alarm": rung,
                "aws_cloudwatch_composite_alarm": composite,
            }
        )
    )
    assert {severity: [one.name for one in rows] for severity, rows in found.items()} == {
        "critical": ["disk"],
        "warning": ["api", "cpu"],
        OTHERS: ["rollback"],
    }
    assert [*found] == ["critical", "warning", OTHERS]
    assert found["warning"][1].text == "too busy"


def test_what_holds_data_says_what_keeps_it_and_how_it_comes_back() -> None:
    stack = small(
        {
            "aws_db_instance": {
                "data": {
                    "identifier": "shop-database",
                    "deletion_protection": True,
                    "storage_encrypted": True,
                    "backup_retention_period": 7,
                    "lifecycle": {"prevent_destroy": True},
                }
            },
            "aws_s3_bucket": {"files": {"bucket": "shop-files"}, "logs": {"bucket": "shop-logs"}},
            "aws_s3_bucket_versioning": {
                "files": {
                    "bucket": "${aws_s3_bucket.files.id}",
                    "versioning_configuration": {"status": "Enabled"},
                }
            },
            "aws_kms_key": {"key": {}},
        }
    )
    found = {one.name: (one.protection, one.backup) for one in data_rows(stack)}
    assert found == {
        "shop-database": (
            "no plan destroys it, AWS refuses its deletion, encrypted with a key of the stack",
            "every day, kept for 7 days",
        ),
        "shop-files": ("none", "versions of its objects"),
        "shop-logs": ("none", "none"),
    }


def test_a_copy_in_another_region_is_said_of_what_is_copied_alone() -> None:
    stack = small(
        {
            "aws_s3_bucket": {"files": {"bucket": "shop-files"}, "copy": {"bucket": "shop-copy"}},
            "aws_s3_bucket_replication_configuration": {
                "files": {
                    "bucket": "${aws_s3_bucket.files.id}",
                    "rule": [{"destination": {"bucket": "${aws_s3_bucket.copy.arn}"}}],
                }
            },
            "aws_secretsmanager_secret": {
                "secret": {"name_prefix": "shop-", "replica": [{"region": "eu-central-1"}]}
            },
        }
    )
    assert {one.name: one.backup for one in data_rows(stack)} == {
        "shop-files": "a copy in another region",
        "shop-copy": "none",
        "shop-…": "a copy in another region",
    }


def test_what_has_no_price_is_unknown_not_free() -> None:
    page = content(small({"aws_securityhub_account": {"hub": {}}, "aws_kms_key": {"key": {}}}), "<svg></svg>")
    assert {one.service: one.running for one in page.costs} == {
        "KMS": "at least 1.00",
        "Security Hub": "unknown",
    }
    assert page.together.running == "at least 1.00"
    assert "discounts; 2 of 3 prices are unknown, those of " in html(page)
    assert '<td class="number">unknown</td>' in html(page)


def test_texts_are_escaped_and_nothing_is_loaded() -> None:
    text = html(content(small({"aws_vpc": {}}, {"Owner": "<script>alert(1)</script>"}), "<svg></svg>"))
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert(1)" not in text
    assert 'src="' not in text
    assert 'href="http' not in text
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


def test_what_changed_is_listed_and_marked() -> None:
    stack = small({"aws_s3_bucket": {"files": {"bucket": "shop-files"}}})
    difference = Difference(
        status="changed",
        added=("aws_s3_bucket.files",),
        removed=("aws_s3_bucket.old",),
        changed={"aws_vpc.network": ("cidr_block",)},
    )
    text = html(content(stack, "<svg></svg>", Against(revision="main", difference=difference)))
    assert "Changes since main" in text
    assert '<strong>shop-files</strong> <span class="mark added">added</span>' in text
    assert "aws_s3_bucket.old" in text
    assert "cidr_block" in text
    same = html(content(stack, "<svg></svg>", Against(revision="main", difference=None)))
    assert "None." in same
    assert 'class="mark' not in same


@pytest.mark.parametrize("name", environments())
def test_every_environment_has_its_services_costs_and_data(name: str, stacks: dict[str, Json]) -> None:
    stack = SynthesizedStack(name=name, document=stacks[name])
    page = content(stack, "<svg></svg>")
    assert [one.address.partition(".")[2] for one in service_rows(stack)]
    assert {one.name for one in page.services} == {
        body["tags"]["Service"] for body in stacks[name]["resource"]["aws_ecs_service"].values()
    }
    running, paused = (
        float(one.removeprefix("at least ").replace(",", ""))
        for one in (page.together.running, page.together.paused)
    )
    assert running >= paused > 0
    # Most prices of the second region are unknown, and said so.
    assert running > paused or page.without
    assert {"critical", "warning"} & page.alarms.keys()
    assert {one.address.partition(".")[0] for one in page.data} >= {"aws_s3_bucket"}
    written = html(page)
    assert page.versions["AWS provider, locked"] in written
    assert "${" not in written, "what is known after apply alone is for Terraform, not for people"
