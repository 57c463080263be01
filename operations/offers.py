"""`infra offers refresh`: the table of what AWS's regions and engines offer, written anew.

Classes by region and engine, node types, types of resources, zones and Lambda runtimes come from the
installed cfn-lint, whose data AWS publishes (github.com/aws-cloudformation/cfn-lint, src/cfnlint/data). The
ends of standard support come from RDS with --account, else they stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from modules.databases.postgresql.instance_classes import MEMORY_GIB
from modules.databases.redis.settings import NODE_TYPES
from modules.errors import ProblemsError, refusal
from modules.files import write_atomically
from modules.offers.table import FILE
from operations.console import AsJson
from operations.project import require_checkout

Json = dict[str, Any]
app = typer.Typer(help="What AWS's regions and engines offer, as synthesis knows it.", no_args_is_help=True)
_SERVERLESS = "db.serverless"
_ENGINES = {"postgres": set(MEMORY_GIB), "aurora-postgresql": {_SERVERLESS}}
# The types of resources that some regions lack, as CloudFormation calls them: those of regional services.
_KINDS = {
    "aws_backup_plan": "AWS::Backup::BackupPlan",
    "aws_backup_restore_testing_plan": "AWS::Backup::RestoreTestingPlan",
    "aws_backup_vault": "AWS::Backup::BackupVault",
    "aws_cloudtrail": "AWS::CloudTrail::Trail",
    "aws_codebuild_project": "AWS::CodeBuild::Project",
    "aws_codeconnections_connection": "AWS::CodeConnections::Connection",
    "aws_codepipeline": "AWS::CodePipeline::Pipeline",
    "aws_config_configuration_recorder": "AWS::Config::ConfigurationRecorder",
    "aws_ecs_cluster": "AWS::ECS::Cluster",
    "aws_efs_file_system": "AWS::EFS::FileSystem",
    "aws_elasticache_replication_group": "AWS::ElastiCache::ReplicationGroup",
    "aws_guardduty_detector": "AWS::GuardDuty::Detector",
    "aws_rds_cluster": "AWS::RDS::DBCluster",
    "aws_rds_global_cluster": "AWS::RDS::GlobalCluster",
    "aws_securityhub_account": "AWS::SecurityHub::Hub",
    "aws_service_discovery_private_dns_namespace": "AWS::ServiceDiscovery::PrivateDnsNamespace",
    "aws_wafv2_web_acl": "AWS::WAFv2::WebACL",
}
_RUNTIMES = re.compile(r"(python|nodejs|provided)[\w.]+")
_STANDARD = "open-source-rds-standard-support"


@app.command()
def refresh(
    *,
    account: Annotated[
        bool, typer.Option("--account", help="Also read the ends of support from RDS, with your credentials")
    ] = False,
) -> None:
    """Write the table anew from the installed cfn-lint; synthesis refuses what is not in it."""
    require_checkout("infra offers refresh")
    before = json.loads(FILE.read_text())
    after = {
        **before,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        **from_cfn_lint(),
        **({"support": from_rds()} if account else {}),
    }
    write_atomically(FILE, rendered(after).encode())
    changed = [name for name in after if name != "date" and after[name] != before.get(name)]
    typer.echo(f"{FILE.name} of {after['date']}; changed: {', '.join(changed) or 'its date alone'}.")
    if not account:
        typer.echo("The ends of standard support are as before; --account reads them from RDS.")


@app.command("show")
def show(
    region: Annotated[str, typer.Argument(help="A region, such as eu-west-1")], *, as_json: AsJson = False
) -> None:
    """Show what a region offers: zones, instance classes, node types, and what it lacks."""
    from modules.offers.checks import region_problems
    from modules.offers.table import offers

    table = offers()
    if problems := list(region_problems(region)):
        raise ProblemsError.one("region", problems[0].what)
    shown = {"zones": [f"{region}{letter}" for letter in table.zones[region]]}
    shown |= {service: table.classes(service, region) for service in table.missing}
    shown["lacking"] = [kind for kind, lacking in table.lacking.items() if region in lacking]
    if as_json:
        typer.echo(json.dumps({"date": str(table.day), **shown}, indent=2))
        return
    for name, values in shown.items():
        typer.echo(f"{name}: {', '.join(values) or 'none'}")
    typer.echo(f"As of {table.day}.")


def rendered(table: Mapping[str, Any]) -> str:
    """The table as it is written: a line for each class, region and version, so that a diff can be read."""
    text = json.dumps(table, indent=1, ensure_ascii=False)
    # Lists of regions on one line.
    return re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def from_cfn_lint() -> Json:
    """The parts of the table that cfn-lint has. Raises ProblemsError if it is not installed."""
    try:
        from cfnlint import data, helpers
    except ModuleNotFoundError:
        fix = "install what development needs: make setup"
        why = refusal(got="no cfn-lint", allowed="the pinned one", fix=fix)
        raise ProblemsError.one("cfn-lint", why) from None
    folder = Path(data.__file__).parent
    extensions = folder / "schemas/extensions"
    databases = _read(extensions / "aws_rds_dbinstance/dbinstanceclass_enum.json")
    nodes = _read(extensions / "aws_elasticache_cachecluster/cachenodetype_enum.json")
    lifecycle = _read(folder / "AdditionalSpecs/LmbdRuntimeLifecycle.json")
    regions = sorted(helpers.AVAILABILITY_ZONES)
    by_engine = {
        engine: {region: wanted & _classes(databases.get(region, {}), engine) for region in regions}
        for engine, wanted in _ENGINES.items()
    }
    caches = {
        region: {one for one in nodes.get(region, {}).get("enum", ()) if NODE_TYPES.fullmatch(one)}
        for region in regions
    }
    return {
        "cfn-lint": version("cfn-lint"),
        "zones": {
            region: "".join(sorted(zone.removeprefix(region) for zone in helpers.AVAILABILITY_ZONES[region]))
            for region in regions
        },
        "missing": {
            service: _missing(offered) for service, offered in {**by_engine, "elasticache": caches}.items()
        },
        "lacking": dict(_lacking(folder / "schemas/providers", regions)),
        "runtimes": {
            name: one["deprecated"] for name, one in sorted(lifecycle.items()) if _RUNTIMES.fullmatch(name)
        },
    }


def from_rds() -> Json:
    """The last days of standard support, by engine and major version.

    RDS API: DescribeDBMajorEngineVersions. Raises ProblemsError if it does not answer.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        pages = boto3.client("rds").get_paginator("describe_db_major_engine_versions")
        found = {
            engine: [one for page in pages.paginate(Engine=engine) for one in page["DBMajorEngineVersions"]]
            for engine in _ENGINES
        }
    except (BotoCoreError, ClientError) as error:
        raise ProblemsError.one("rds", f"the ends of support can't be read: {error}") from None
    return {engine: dict(_ends(versions)) for engine, versions in found.items()}


def _ends(versions: Iterable[Json]) -> Iterator[tuple[str, str]]:
    for one in sorted(versions, key=lambda one: float(one["MajorEngineVersion"])):
        for cycle in one.get("SupportedEngineLifecycles", ()):
            if cycle["LifecycleSupportName"] == _STANDARD:
                yield one["MajorEngineVersion"], f"{cycle['LifecycleSupportEndDate']:%Y-%m-%d}"


def _classes(of_region: Json, engine: str) -> set[str]:
    found: set[str] = set()
    for rule in of_region.get("allOf", ()):
        if rule["if"]["properties"]["Engine"].get("const") == engine:
            found |= set(rule["then"]["properties"]["DBInstanceClass"]["enum"])
    return found


def _missing(offered: Mapping[str, set[str]]) -> dict[str, list[str]]:
    everything = sorted(set().union(*offered.values()), key=_in_order)
    return {name: [region for region in offered if name not in offered[region]] for name in everything}


def _lacking(providers: Path, regions: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    # A region without a file is one that is not known.
    files = {region: file for region in regions if (file := providers / f"{region}.json").exists()}
    offered = {region: {*_read(file)} for region, file in files.items()}
    for kind, name in _KINDS.items():
        if lacking := [region for region in offered if name not in offered[region]]:
            yield kind, lacking


def _in_order(name: str) -> tuple[str, int, str]:
    sizes = ("micro", "small", "medium", "large", "xlarge")
    family, _, size = name.rpartition(".")
    times = re.match(r"\d+", size)
    return family, sizes.index(size) if size in sizes else len(sizes) + int(times[0] if times else 0), size


def _read(file: Path) -> Json:
    content: Json = json.loads(file.read_text())
    return content
