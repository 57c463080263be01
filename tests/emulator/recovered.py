"""A failover and a failback of a deployed primary and its recovery stack: docs/runbooks/region-lost.md."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import chain
from pathlib import Path

from aws_emulator import Emulator
from operations import project
from operations.aws import batches
from operations.recovery.steps import Steps
from operations.sandbox import Workspace
from stacks.catalogue import catalogue
from tests.operations.recovery.killed import deadly, killed_after_each_step
from tests.running import INFRA, PROJECT, run_infra

# Both stacks name it in what they apply, and the command asks nothing of it by itself.
_SILENT = "AWS_ENDPOINT_URL_BUDGETS"
_AT_ONCE = 10  # DescribeServices (Amazon ECS API Reference)
_NOTHING_LEFT = "Nothing is left to do in {}"


class Recovered:
    """Two deployed stacks, and the `infra recovery` commands about them."""

    def __init__(self, primary: Workspace, recovery: str, *, name: str, directory: Path) -> None:
        self._names, self._directory = (name, recovery), directory
        theirs = {**primary.terraform.environment, "CDKTF_OUTDIR": str(directory / "output")}
        # The directory of the workspace has a provider of its own.
        self._environment = {key: value for key, value in theirs.items() if key != "TF_DATA_DIR"}

    def missing(self) -> set[str]:
        """What its status says is not ready."""
        ran = run_infra("recovery", self._names[0], "status", "--json", environment=self._environment)
        assert ran.stdout, ran.stderr
        return {one["check"] for one in json.loads(ran.stdout)["checks"] if one["verdict"] == "missing"}

    def fail_over(self) -> None:
        """By a switchover, killed after each of its steps."""
        self._killed("failover", "--switchover", "--yes", "--poll", "0.2")

    def fail_back(self) -> None:
        """And back."""
        self._killed("failback", "--yes", "--poll", "0.2")

    def is_interrupted(self) -> None:
        """Ctrl-C while the primary is paused: it says how to go on."""
        words = ["recovery", self._names[0], "failover", "--switchover"]
        with closing(socket.create_server(("127.0.0.1", 0))) as silent:
            silent.settimeout(600)
            here = f"http://127.0.0.1:{silent.getsockname()[1]}"
            with subprocess.Popen(
                [sys.executable, *INFRA, *words, "--yes"],
                cwd=PROJECT,
                env={**self._environment, _SILENT: here},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as process:
                asked, _ = silent.accept()
                with closing(asked):
                    process.send_signal(signal.SIGINT)
                    output, errors = process.communicate(timeout=600)
        assert process.returncode == 130, output + errors
        assert f"to go on from here: infra {' '.join(words)}" in output

    def _killed(self, *words: str) -> None:
        """To its end, which plans both stacks again, and finds nothing."""
        killed, log = (self._directory / f"{words[0]}.{kind}" for kind in ("killed", "log"))
        kills = killed_after_each_step(lambda: self._infra(killed, *words), log)
        printed = log.read_text()
        assert kills == len(killed.read_text().splitlines()) > 2
        assert all(_NOTHING_LEFT.format(name) in printed for name in self._names), printed

    def _infra(self, killed: Path, *words: str) -> None:
        """In a process that ends: the command line, on what its status has synthesized."""
        from operations import cli

        run: Callable[..., None] = Steps.run
        Steps.run = lambda self, steps, *, yes: run(self, deadly(steps, killed), yes=yes)  # type: ignore[method-assign]
        project.synthesize = lambda **_: None
        os.environ.clear()
        os.environ.update(self._environment)
        os.chdir(PROJECT)
        sys.argv = ["infra", "recovery", self._names[0], *words]
        cli.main()


class Regions:
    """Where a product is written and reached, by boto3."""

    def __init__(self, emulator: Emulator, name: str, recovery: str) -> None:
        self._emulator = emulator
        entries = catalogue()
        self.home, self.away = entries[name].regions[0], entries[recovery].regions[0]

    def serving(self) -> tuple[set[str], set[str]]:
        """The regions whose services run and use a writer, and those that DNS answers with."""
        both = (self.home, self.away)
        return {one for one in both if self._writes(one)}, {one for one in both if self._is_answer(one)}

    def _writes(self, region: str) -> bool:
        """Whether services run there and use a database, which must be one that takes writes."""
        endpoints = self._endpoints(region)
        tasks = self._running(region)
        used = {endpoint for endpoint in endpoints if any(endpoint in one for one in tasks)}
        assert all(endpoints[one] for one in used), "a service runs beside a database that takes no writes"
        return bool(used)

    def _running(self, region: str) -> list[str]:
        """The containers of the services that run, as they are defined."""
        ecs = self._emulator.client("ecs", region)
        found = []
        for cluster in ecs.list_clusters()["clusterArns"]:
            names = ecs.list_services(cluster=cluster, maxResults=100)["serviceArns"]
            for batch in batches(names, _AT_ONCE):
                running = ecs.describe_services(cluster=cluster, services=batch)["services"]
                for one in (each for each in running if each["runningCount"]):
                    task = ecs.describe_task_definition(taskDefinition=one["taskDefinition"])
                    found.append(json.dumps(task["taskDefinition"]["containerDefinitions"]))
        return found

    def _endpoints(self, region: str) -> dict[str, bool]:
        """Those of databases, and whether each takes writes; without read replicas in the same region."""
        rds = self._emulator.client("rds", region)
        found = {}
        for one in rds.describe_db_instances()["DBInstances"]:
            source = one.get("ReadReplicaSourceDBInstanceIdentifier") or ""
            if not one.get("DBClusterIdentifier") and (not source or source.startswith("arn:")):
                found[one["Endpoint"]["Address"]] = not source
        members = [one["GlobalClusterMembers"] for one in rds.describe_global_clusters()["GlobalClusters"]]
        writing = {one["DBClusterArn"] for one in chain(*members) if one["IsWriter"]}
        for one in rds.describe_db_clusters()["DBClusters"]:
            found[one["Endpoint"]] = one["DBClusterArn"] in writing
        return found

    def _is_answer(self, region: str) -> bool:
        """Whether every name that fails over is answered with that region."""
        dns = self._emulator.client("route53", region)
        answers = []
        for zone in dns.list_hosted_zones()["HostedZones"]:
            records = dns.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
            for name, kind in {(one["Name"], one["Type"]) for one in records if "Failover" in one}:
                answer = dns.test_dns_answer(HostedZoneId=zone["Id"], RecordName=name, RecordType=kind)
                answers.append(all(f".{region}." in one for one in answer["RecordData"]))
        assert answers
        return all(answers)
