"""What regions and engines offer: refused with the stack, the resource, what is allowed and how to fix it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.databases.postgresql.instance_classes import MEMORY_GIB
from modules.databases.postgresql.settings import PostgresqlSettings
from modules.errors import ProblemsError
from modules.offers import table
from modules.offers.checks import support_problems
from modules.offers.document import document_problems
from modules.offers.table import Offers, offers

Json = dict[str, Any]
CAPACITY = AuroraCapacity(maximum=2)
TABLE = Offers(
    day=date(2026, 6, 1),
    zones={"eu-west-1": "ab", "eu-west-9": "a", "us-east-1": "abc", "cn-north-1": "abc"},
    missing={
        "postgres": {"db.t4g.small": [], "db.t4g.large": ["eu-west-9"]},
        "aurora-postgresql": {"db.serverless": ["eu-west-9"]},
        "elasticache": {"cache.t4g.small": []},
    },
    lacking={"aws_codebuild_project": ["eu-west-9"]},
    support={"postgres": {"13": date(2026, 2, 28), "14": date(2027, 2, 28)}, "aurora-postgresql": {}},
    runtimes={"python3.8": date(2024, 10, 14), "python3.13": date(2029, 6, 30), "provided.al2023": None},
)


def stack(*resources: tuple[str, Json], region: str = "eu-west-1", **providers: str) -> Json:
    """The JSON of a stack with these resources, called one, two, …"""
    others = [{"alias": alias, "region": name} for alias, name in providers.items()]
    found: Json = {}
    for name, (kind, body) in zip(("one", "two", "three"), resources, strict=False):
        found.setdefault(kind, {})[name] = body
    return {"provider": {"aws": [{"region": region}, *others]}, "resource": found}


def refusals(document: Json) -> list[str]:
    return [str(problem) for problem in document_problems("shop-prod", document, table=TABLE)]


def database(**more: Any) -> tuple[str, Json]:
    off = {"engine_lifecycle_support": "open-source-rds-extended-support-disabled"}
    return "aws_db_instance", {
        "engine": "postgres",
        "engine_version": "14",
        "instance_class": "db.t4g.small",
        **off,
        **more,
    }


def test_what_is_offered_passes() -> None:
    cluster = {"engine": "aurora-postgresql", "engine_version": "16"}
    assert not refusals(stack(database(), ("aws_subnet", {"availability_zone": "eu-west-1b"})))
    assert not refusals(
        stack(("aws_rds_cluster", cluster), ("aws_elasticache_cluster", {"node_type": "cache.t4g.small"}))
    )


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        (
            database(instance_class="db.t4g.huge"),
            "shop-prod, aws_db_instance.one.instance_class: got db.t4g.huge, which postgres does "
            "not offer in eu-west-1 (table of 2026-06-01); allowed: db.t4g.small, db.t4g.large; "
            "take one of these",
        ),
        (
            database(engine_version="13.4"),
            "shop-prod, aws_db_instance.one.engine_version: got 13, whose standard support "
            "ended on 2026-02-28, with extended support off; allowed: 14; take one of these, or set "
            "extended_support=True",
        ),
        (
            ("aws_elasticache_replication_group", {"node_type": "cache.t9.small"}),
            "shop-prod, aws_elasticache_replication_group.one.node_type: got cache.t9.small, "
            "which elasticache",
        ),
        (
            ("aws_subnet", {"availability_zone": "eu-west-1c"}),
            "shop-prod, aws_subnet.one.availability_zone: got eu-west-1c (table of 2026-06-01); "
            "allowed: eu-west-1a, eu-west-1b; name one of these in zones=",
        ),
        (
            ("aws_lambda_function", {"runtime": "python3.8"}),
            "shop-prod, aws_lambda_function.one.runtime: got python3.8, deprecated since 2024-10-14 "
            "(table of 2026-06-01); allowed: python3.13, provided.al2023; take one of these",
        ),
        (
            ("aws_lambda_function", {"runtime": "cobol74"}),
            "shop-prod, aws_lambda_function.one.runtime: got cobol74, which is no runtime",
        ),
        (
            (
                "aws_cloudformation_stack",
                {
                    "template_body": '{"Resources": {"Ages": {"Type": "AWS::Lambda::Function", '
                    '"Properties": {"Runtime": "python3.8"}}}}'
                },
            ),
            "shop-prod, aws_cloudformation_stack.one.template_body.Ages.Runtime: got python3.8, deprecated",
        ),
        (
            (
                "aws_ecs_task_definition",
                {"requires_compatibilities": ["FARGATE"], "cpu": "256", "memory": "8192"},
            ),
            "shop-prod, aws_ecs_task_definition.one.memory: got 8192 MiB with 256 CPU units; "
            "allowed: 512, 1024, 2048",
        ),
    ],
)
def test_what_is_not_offered_is_refused(resource: tuple[str, Json], sentence: str) -> None:
    [found] = refusals(stack(resource))
    assert found.startswith(sentence)


def test_everything_is_reported_at_once() -> None:
    wrong = stack(
        database(instance_class="db.t9", engine_version="13"),
        ("aws_subnet", {"availability_zone": "eu-west-1z"}),
    )
    assert [one.partition(":")[0] for one in refusals(wrong)] == [
        "shop-prod, aws_db_instance.one.instance_class",
        "shop-prod, aws_db_instance.one.engine_version",
        "shop-prod, aws_subnet.two.availability_zone",
    ]


def test_the_region_is_that_of_the_resource_s_provider() -> None:
    elsewhere = database(instance_class="db.t4g.large", provider="aws.far")
    assert not refusals(stack(database(instance_class="db.t4g.large")))
    [found] = refusals(stack(elsewhere, far="eu-west-9"))
    assert "db.t4g.large, which postgres does not offer in eu-west-9" in found


def test_a_region_that_has_no_class_of_a_service_has_none_to_allow() -> None:
    serverless = {"engine": "aurora-postgresql", "instance_class": "db.serverless", "cluster_identifier": "a"}
    [found] = refusals(stack(("aws_rds_cluster_instance", serverless), region="eu-west-9"))
    assert "; allowed: none in this region; take another region; if AWS" in found


def test_a_service_that_a_region_lacks_is_refused() -> None:
    project = ("aws_codebuild_project", {"name": "release"})
    assert not refusals(stack(project))
    [found] = refusals(stack(project, region="eu-west-9"))
    assert found.startswith(
        "shop-prod, aws_codebuild_project.one: got eu-west-9, which has no aws_codebuild_project (table of "
        "2026-06-01); allowed: eu-west-1; leave out what needs it in the settings, or take another region"
    )


def test_a_region_of_another_partition_is_refused_where_something_is_in_it() -> None:
    mine: tuple[str, Json] = ("aws_vpc", {})
    global_one = ("aws_wafv2_web_acl", {"provider": "aws.global"})
    assert not refusals(stack(mine, region="cn-north-1", **{"global": "us-east-1"}))
    assert not refusals(stack(mine, global_one, **{"global": "us-east-1"}))
    [found] = refusals(stack(mine, global_one, region="cn-north-1", **{"global": "us-east-1"}))
    assert found.startswith(
        "shop-prod, aws_wafv2_web_acl.two: got us-east-1 of aws in a stack of cn-north-1 of aws-cn; allowed: "
        "regions of aws-cn; leave out what needs the other, such as CloudFront, which needs us-east-1"
    )


def test_a_class_is_checked_by_the_engine_that_it_refers_to() -> None:
    cluster = {"engine": "aurora-postgresql"}
    instance = {
        "engine": "${aws_rds_cluster.one.engine}",
        "instance_class": "db.serverless",
        "cluster_identifier": "x",
    }
    both = (("aws_rds_cluster", cluster), ("aws_rds_cluster_instance", instance))
    assert not refusals(stack(*both))
    [found] = refusals(stack(*both, region="eu-west-9"))
    assert found.startswith("shop-prod, aws_rds_cluster_instance.two.instance_class: got db.serverless")


def test_a_region_that_is_none_is_said_once() -> None:
    [found] = refusals(stack(database(), region="eu-wset-1"))
    assert found.startswith(
        "shop-prod, provider aws.region: got 'eu-wset-1' (table of 2026-06-01); allowed: eu-west-1"
    )


def test_what_only_an_apply_knows_is_left_to_aws() -> None:
    unknown = "${data.aws_x.y.z}"
    assert not refusals(stack(database(instance_class=unknown, engine_version=unknown)))


def test_extended_support_allows_an_old_version() -> None:
    assert list(support_problems("postgres", 13, extended=False, table=TABLE))
    assert not list(support_problems("postgres", 13, extended=True, table=TABLE))
    # The last day counts, and it is compared with the table's day, never with today's.
    assert not list(
        support_problems("postgres", 13, extended=False, table=replace(TABLE, day=date(2026, 2, 28)))
    )


def versioned(engine: Any, version: int, **more: Any) -> Any:
    """Settings of an engine with a version."""
    own = {"instance_class": "db.t4g.small"} if engine is PostgresqlSettings else {"capacity": CAPACITY}
    return engine(database="shop", version=version, **own, **more)


@pytest.mark.parametrize("engine", [PostgresqlSettings, AuroraSettings])
def test_settings_refuse_a_version_whose_support_has_ended(engine: Any) -> None:
    sentence = rf"^{engine.__name__}\.version: got 13, whose standard support ended"
    with pytest.raises(ProblemsError, match=sentence):
        versioned(engine, 13)
    assert versioned(engine, 13, extended_support=True).version == 13


@pytest.mark.parametrize(
    ("engine", "name"), [(PostgresqlSettings, "postgres"), (AuroraSettings, "aurora-postgresql")]
)
def test_settings_take_every_version_that_a_refusal_allows(engine: Any, name: str) -> None:
    allowed = [int(version) for version, day in offers().support[name].items() if day >= offers().day]
    assert allowed
    assert [versioned(engine, version).version for version in allowed] == allowed


def test_the_table_knows_every_class_that_settings_can_name() -> None:
    assert {*offers().missing["postgres"]} == {*MEMORY_GIB}
    assert {*offers().missing["aurora-postgresql"]} == {"db.serverless"}


@pytest.mark.parametrize("content", ["{", "{}", "[]"])
def test_a_file_that_is_no_table_is_refused(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "table.json"
    broken.write_text(content)
    monkeypatch.setattr(table, "FILE", broken)
    with pytest.raises(ProblemsError, match=r"table\.json: got no table of offers \(.*; take it back: git"):
        table.offers.__wrapped__()
