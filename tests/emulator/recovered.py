"""A failover and a failback of a deployed primary and its recovery stack: docs/runbooks/region-lost.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_emulator import Emulator
from operations.sandbox import Workspace
from tests.running import run_infra

_NEITHER = {"infrastructure_paused": "false"}


class Recovered:
    """Two deployed stacks, and the `infra recovery` commands about them."""

    def __init__(self, primary: Workspace, recovery: Workspace, *, name: str, directory: Path) -> None:
        self._name, self._primary, self._recovery = name, primary, recovery
        theirs = {**primary.terraform.environment, "CDKTF_OUTDIR": str(directory / "output")}
        # The directory of the workspace has a provider of its own.
        self._environment = {key: value for key, value in theirs.items() if key != "TF_DATA_DIR"}

    def infra(self, *words: str) -> str:
        """Run `infra recovery` about the primary, and give what it printed."""
        ran = run_infra("recovery", self._name, *words, environment=self._environment)
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
        return ran.stdout

    def missing(self) -> list[str]:
        """What the status says is not ready."""
        ran = run_infra("recovery", self._name, "status", "--json", environment=self._environment)
        checks: list[dict[str, Any]] = json.loads(ran.stdout)["checks"]
        return [f"{one['check']}: {one['found']}" for one in checks if one["verdict"] == "missing"]

    def fail_over(self) -> None:
        """By a switchover."""
        self.infra("failover", "--switchover", "--yes", "--poll", "0.2")

    def fail_back(self) -> None:
        """And back."""
        self.infra("failback", "--yes", "--poll", "0.2")

    def is_settled(self, *, serves: bool) -> bool:
        """Whether both plans are empty, once the recovery serves or stands by."""
        primary = {"infrastructure_paused": str(serves).lower()}
        recovery = {**_NEITHER, "recovery_active": str(serves).lower()}
        return _is_empty(self._primary, primary) and _is_empty(self._recovery, recovery)


def _is_empty(workspace: Workspace, variables: Mapping[str, str]) -> bool:
    return workspace.terraform.plan(variables=variables).empty


def writers(emulator: Emulator, *regions: str) -> set[str]:
    """Which of the regions hold a writer of a database, by boto3."""
    found = set()
    for region in regions:
        rds = emulator.client("rds", region)
        for one in rds.describe_db_instances()["DBInstances"]:
            own = not one.get("ReadReplicaSourceDBInstanceIdentifier") and not one.get("DBClusterIdentifier")
            # The one of before a failback is kept beside.
            if own and "-before-" not in one["DBInstanceIdentifier"]:
                found.add(region)
    for one in emulator.client("rds", regions[0]).describe_global_clusters()["GlobalClusters"]:
        found |= {
            each["DBClusterArn"].split(":")[3] for each in one["GlobalClusterMembers"] if each["IsWriter"]
        }
    return found


def answers(emulator: Emulator, *regions: str) -> set[str]:
    """Which of the regions DNS points to, for the names that fail over, by boto3."""
    dns = emulator.client("route53", regions[0])
    found = set()
    for zone in dns.list_hosted_zones()["HostedZones"]:
        records = dns.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        for name, kind in {(one["Name"], one["Type"]) for one in records if "Failover" in one}:
            answer = dns.test_dns_answer(HostedZoneId=zone["Id"], RecordName=name, RecordType=kind)
            found |= {region for region in regions for one in answer["RecordData"] if f".{region}." in one}
    return found
