"""What the stack's region offers the account today: what no table of synthesis knows."""

from __future__ import annotations

from collections.abc import Iterator

from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, missing, ok

_DATABASES = ("aws_db_instance", "aws_rds_cluster")


def findings(target: Target) -> Iterator[Finding]:
    """Interface endpoints and versions of engines that the region lacks, one finding each; else one."""
    endpoints = {
        str(one["service_name"])
        for one in target.resources("aws_vpc_endpoint").values()
        if "${" not in str(one["service_name"])
    }
    versions = {
        (str(one["engine"]), str(one["engine_version"]))
        for kind in _DATABASES
        for one in target.resources(kind).values()
        if "engine" in one
        and "engine_version" in one
        and "${" not in f"{one['engine']}{one['engine_version']}"
    }
    lacking = [*_endpoints(target, endpoints), *_versions(target, versions)]
    yield from lacking
    if not lacking:
        names = [*(name.split(".", 3)[-1] for name in sorted(endpoints)), *map(" ".join, sorted(versions))]
        yield ok(f"{target.region} has {', '.join(names) or 'all, since nothing depends on it'}")


def _endpoints(target: Target, names: set[str]) -> Iterator[Finding]:
    if not names:
        return
    pages = target.client("ec2").get_paginator("describe_vpc_endpoint_services")
    # Unlike ServiceNames=, a filter answers nothing for a name that is none.
    named = [{"Name": "service-name", "Values": sorted(names)}]
    offered = {name for page in pages.paginate(Filters=named) for name in page["ServiceNames"]}
    for name in sorted(names - offered):
        fix = "leave it out of services= of its endpoints, so that the NAT gateways reach the service"
        yield missing(f"{target.region} has no endpoint {name}", fix)


def _versions(target: Target, versions: set[tuple[str, str]]) -> Iterator[Finding]:
    for engine, version in sorted(versions):
        # A major version asks for the newest of its minor versions, as RDS does at the creation.
        answer = target.client("rds").describe_db_engine_versions(Engine=engine, EngineVersion=version)
        if not answer["DBEngineVersions"]:
            fix = "set version= of its settings to one that the region has, or take another region"
            yield missing(f"{target.region} has no {engine} {version}", fix)
