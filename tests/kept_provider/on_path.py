"""A `terraform` for PATH that takes the kept provider, for `infra` and whatever else tests start."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import combinations
from pathlib import Path

from aws_emulator import Emulator
from operations.sandbox.workspace import PROVIDER_VERSIONS
from operations.terraform import Terraform, terraform_binary
from tests.kept_provider import program
from tests.kept_provider.processes import Processes
from tests.kept_provider.server import Connections, serving

_PROJECT = Path(__file__).parents[2]
_FOLDERS = ("modules", "stacks", "operations", "packages", "tests")
_TYPE = re.compile(r"\baws_[a-z0-9_]+|cdktf_cdktf_provider_aws\.(?:data_)?(\w+)")
# So many commands at a time: `infra recovery` looks at two stacks.
_LANES = 2
# As operations/terraform/runner.py; but they stay.
_COLLECTIONS = {"GOGC": "400", "GOMEMLIMIT": "500MiB"}


class Installation:
    """What Terraform's init leaves of the provider in a directory."""

    def __init__(self, directory: Path) -> None:
        providers = directory / ".terraform/providers"
        (place,) = providers.glob("registry.terraform.io/hashicorp/aws/*/*")
        self.place = str(place.relative_to(providers))
        self.target = place.resolve()
        self.version = place.parent.name
        (self.program,) = self.target.glob("terraform-provider-aws*")
        self.lock = (directory / ".terraform.lock.hcl").read_text()


def install(directory: Path) -> None:
    """Install the provider in a directory, as Terraform does for every stack on the emulator."""
    wanted = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
    (directory / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": wanted}}))
    Terraform(directory).init()


def types_in_use() -> set[str]:
    """The types of resources that the project's Python names, its tests included, and some more."""
    files = (file for folder in _FOLDERS for file in (_PROJECT / folder).rglob("*.py"))
    found = (one for file in files for one in _TYPE.finditer(file.read_text()))
    return {f"aws_{one[1].removeprefix('aws_')}" if one[1] else one[0] for one in found}


@contextmanager
def terraform_in(
    directory: Path, emulator: Emulator, processes: Processes, installation: Installation
) -> Iterator[None]:
    """Write a `terraform` into a directory, and serve it the provider while it is needed."""
    given = {**os.environ, **emulator.environment("eu-west-1"), **_COLLECTIONS}
    environment = {name: value for name, value in given.items() if value is not None}
    provider = processes.of(installation.program, environment)
    types = types_in_use().difference(program.LARGE)
    few = {program.WEB_ACL: program.WEB_ACL_BLOCKS}
    with ExitStack() as servers:

        def lane() -> dict[str, str]:
            """What serves one command, by the large types of its project."""
            of = {
                " ".join(large): Connections(types.union(large), provider)
                for count in range(len(program.LARGE) + 1)
                for large in combinations(program.LARGE, count)
            }
            of[program.FEW_BLOCKS] = Connections(types.union(few), provider, blocks=few)
            return {key: servers.enter_context(serving(one)) for key, one in of.items()}

        about: program.Given = {
            "terraform": terraform_binary(),
            "running": [lane() for _ in range(_LANES)],
            "settings": program.settings(environment),
            "constraint": PROVIDER_VERSIONS,
            "version": installation.version,
            "place": installation.place,
            "target": str(installation.target),
            "lock": installation.lock,
            "in_use": str(directory / "in-use"),
            "large": str(directory / "large"),
        }
        _write(directory, about)
        yield


def _write(directory: Path, about: program.Given) -> None:
    (directory / "given.json").write_text(json.dumps(about))
    script = directory / "terraform"
    # Isolated and without site-packages, it starts in a fifth of the time. No shell starts it, for those lose
    # variables such as `TF_TOKEN_localhost:8080`.
    script.write_text(f"#!{sys.executable} -IS\n{Path(program.__file__).read_text()}")
    script.chmod(0o755)
