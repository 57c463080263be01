"""The commands of docs/runbooks/first-deployment.md, in its order, as far as the last apply.

That one and the commands after it are in tests/emulator/test_stacks.py, typed by operated.py: they need a
stack that is applied whole, and one apply serves both.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.sandbox import Workspace
from operations.terraform import process
from stacks.ohi.images import UPSTREAM_IMAGES
from tests.documents.fences import PROJECT, commands, fences
from tests.images import BuiltImage
from tests.operations.images.archives import layout, write_archive
from tests.operations.images.registry import running_registry
from tests.running import INFRA

pytestmark = pytest.mark.emulator
RUNBOOK = "docs/runbooks/first-deployment.md"
STACK, REGION = "ohi-prod", "eu-west-1"
IN_STACK = f"terraform -chdir=cdktf.out/stacks/{STACK} "
# Of docs/runbooks/move-domain.md, before the domain moves.
CERTIFICATE = (
    "apply -target=aws_route53_zone.zone -target=aws_acm_certificate.certificate",
    "state show aws_acm_certificate.certificate",
)
# What other tests run, or what needs no account.
ELSEWHERE = (
    "infra doctor",
    "infra state bootstrap",
    "infra outputs",
    f"INFRA_STACKS={STACK} python main.py",
    f"{IN_STACK}init",
)


class Person:
    """Somebody who types the commands of the runbook."""

    def __init__(self, workspace: Workspace, directory: Path, registry: str) -> None:
        self._workspace, self._directory = workspace, directory
        environment = workspace.terraform.environment
        self._environment: Mapping[str, str] = {
            **{name: value for name, value in environment.items() if value is not None},
            "CDKTF_OUTDIR": str(directory / "output"),
            "PYTHONPATH": str(PROJECT),
            "COLUMNS": "200",
        }
        self._registry = registry

    def types(self, line: str) -> str:
        """Run a command to its end, and give what it printed."""
        if line.startswith(IN_STACK):
            return self._terraform(line.removeprefix(IN_STACK))
        words = line.removeprefix("infra ").split()
        if words[:2] == ["images", "mirror"]:
            words += ["--registry", f"docker.io={self._registry}"]
        return self._infra(*words)

    def _terraform(self, line: str) -> str:
        before, _, substituted = line.partition("$(infra ")
        words = before.split()
        if substituted:
            words += self._infra(*substituted.rstrip(")").split()).split()
        words += ["-auto-approve"] if words[0] == "apply" else []
        terraform = self._workspace.terraform
        ran = process.run(
            terraform.command(*words, "-no-color"),
            directory=terraform.directory,
            environment=terraform.environment,
        )
        assert ran.code == 0, ran.errors
        return ran.output

    def _infra(self, *words: str) -> str:
        ran = subprocess.run(
            [sys.executable, *INFRA, *words],
            cwd=self._directory,
            env=self._environment,
            input="mongodb://example",
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


def lines() -> list[str]:
    """The commands that the runbook shows, without those that are run elsewhere, up to the last apply."""
    text = (PROJECT / RUNBOOK).read_text()
    found = [one.text for fence in fences(RUNBOOK, text) for one in commands(fence)]
    until = found.index(f"{IN_STACK}apply")
    return [line for line in found[:until] if not line.startswith(ELSEWHERE)]


@dataclass(frozen=True)
class Deployed:
    """What is there after the zone, and before the last apply."""

    zone: list[str]
    name_servers: int
    addresses: list[str]
    listed: str
    certificate: str
    ecr: Any


@pytest.fixture(scope="module")
def deployed(output: Path, module_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The commands of the runbook, typed in its order."""
    directory, typed = tmp_path_factory.mktemp("first"), lines()
    workspace = Workspace(directory / "stack", module_emulator)
    workspace.write(output / f"stacks/{STACK}/cdk.tf.json")
    workspace.init()
    terraform = workspace.terraform
    write_archive(layout(BuiltImage()), directory / "api.tar")
    with running_registry() as registry:
        for upstream in UPSTREAM_IMAGES.values():
            image = BuiltImage(layers=(upstream.repository.encode(),))
            registry.publish(upstream.repository.partition("/")[2], upstream.version, image)
        person = Person(workspace, directory, registry.url)
        person.types(typed[0])
        zone, servers = terraform.addresses(), len(terraform.outputs()["name-servers"].value)
        printed = [person.types(line) for line in typed[1:]]
        addresses = terraform.addresses()
        certificate = [person.types(f"{IN_STACK}{words}") for words in CERTIFICATE][-1]
    ecr = module_emulator.client("ecr", REGION)
    return Deployed(zone, servers, addresses, printed[-1], certificate, ecr)


def test_the_zone_is_applied_alone_and_its_name_servers_are_an_output(deployed: Deployed) -> None:
    """Certificates wait for it."""
    assert deployed.zone == ["aws_route53_zone.zone"]
    assert deployed.name_servers == 4


def test_images_and_entries_are_there_before_the_first_service(deployed: Deployed) -> None:
    assert not [address for address in deployed.addresses if address.startswith("aws_ecs_")]
    assert "not copied yet" not in deployed.listed
    for service in (*UPSTREAM_IMAGES, "api"):
        # What the services run when the rest is applied.
        asked = {"repositoryName": f"ohi-{service}", "imageIds": [{"imageTag": "prod"}]}
        assert deployed.ecr.batch_get_image(**asked)["failures"] == []


def test_the_certificate_says_what_the_zone_of_before_must_have(deployed: Deployed) -> None:
    """docs/runbooks/move-domain.md: it is issued before the domain moves."""
    assert "resource_record_name" in deployed.certificate
