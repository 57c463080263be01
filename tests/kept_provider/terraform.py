"""Terraform in one directory, whose AWS provider is kept."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from operations.terraform import Terraform
from tests.kept_provider.processes import Processes
from tests.kept_provider.program import Blocks, blocks_in, merged
from tests.kept_provider.server import Connections, serving

_TYPE = re.compile(r"\baws_[a-z0-9_]+")
_DATA, _LOCK = ".terraform", ".terraform.lock.hcl"
_INSTALLED = "providers/registry.terraform.io/hashicorp/aws/*/*/terraform-provider-aws*"
# What the provider reads, Go and the system; its block names its region.
_READ = ("AWS_", "GO", "HOME", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PATH", "TF_LOG", "TMPDIR")
_NOT_READ = {"AWS_REGION", "AWS_DEFAULT_REGION"}


class KeptProvider:
    """The processes of one worker, and what the projects in each directory have had so far."""

    def __init__(self) -> None:
        self.processes = Processes()
        self._types: dict[Path, set[str]] = {}
        self._blocks: dict[Path, Blocks] = {}
        # By what Terraform is asked to install and how: a directory where it has done so.
        self._initialized: dict[str, Path] = {}

    @property
    def is_on(self) -> bool:
        """Whether it is used at all."""
        return os.environ.get("KEPT_PROVIDER") != "off"

    @contextmanager
    def serving(self, directory: Path, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """The variable with which Terraform in an initialized directory takes a kept provider.

        Without the provider in that directory it is left to Terraform.
        """
        installed = _installed(directory / environment.get("TF_DATA_DIR", _DATA))
        if not self.is_on or installed is None:
            yield {}
            return
        types, blocks = self._types_of(directory), self._blocks_of(directory)
        with self.serving_types(types, environment, program=installed, blocks=blocks) as variable:
            yield variable

    @contextmanager
    def serving_types(
        self,
        types: Set[str],
        environment: Mapping[str, str],
        *,
        program: Path,
        blocks: Blocks | None = None,
    ) -> Iterator[dict[str, str]]:
        """That variable for projects of some types, and of some blocks of them; `program` is the provider."""
        own = {
            name: value
            for name, value in environment.items()
            if name.upper().startswith(_READ) and name not in _NOT_READ
        }
        with serving(Connections(types, self.processes.of(program, own), blocks=blocks)) as reattach:
            yield {"TF_REATTACH_PROVIDERS": reattach}

    def initialize(self, directory: Path, init: Callable[[], None]) -> None:
        """Leave in a directory what `terraform init` does; it is run once for projects that ask the same.

        It verifies the provider, a large file, each time.
        """
        documents = [json.loads(file.read_text()) for file in sorted(directory.glob("*.tf.json"))]
        asked = json.dumps([document.get("terraform") for document in documents])
        before = self._initialized.setdefault(asked, directory)
        if not self.is_on:
            init()
        elif (directory / _DATA).exists():
            return
        elif before == directory:
            init()
        else:
            shutil.copytree(before / _DATA, directory / _DATA, symlinks=True)
            shutil.copy(before / _LOCK, directory)

    def installed(self, directory: Path, document: Mapping[str, Any]) -> Path:
        """The provider that `terraform init` installs for a project, whose directory this becomes."""
        (directory / "main.tf.json").write_text(json.dumps(document))
        Terraform(directory).init(backend=False)
        found = _installed(directory / _DATA)
        assert found, f"terraform init installed no provider in {directory}"
        return found

    def _blocks_of(self, directory: Path) -> Blocks:
        """The nested blocks of its large types, and those they had when Terraform ran before."""
        self._blocks[directory] = merged(self._blocks.get(directory, {}), blocks_in(directory))
        return self._blocks[directory]

    def _types_of(self, directory: Path) -> set[str]:
        """The types of the project and its state, and those it had when the state lay elsewhere."""
        known = self._types.setdefault(directory, set())
        for file in (*directory.glob("*.tf.json"), *directory.glob("*.tfstate")):
            known |= types_in(file.read_text())
        return known


def types_in(text: str) -> set[str]:
    """The types of resources and data sources that a text names."""
    return set(_TYPE.findall(text))


def _installed(data: Path) -> Path | None:
    found = [*data.glob(_INSTALLED)]
    return found[0].resolve() if len(found) == 1 else None


class KeptTerraform(Terraform):
    """As Terraform, for projects of tests; what it installs, and where, is Terraform's affair still."""

    def __init__(self, directory: Path, *, provider: KeptProvider, **given: Any) -> None:
        super().__init__(directory, **given)
        self._provider = provider

    def init(self, **given: Any) -> None:
        """As Terraform does; of a project that has changed it is no part."""
        if given or "TF_DATA_DIR" in self.environment:
            super().init(**given)
        else:
            self._provider.initialize(self.directory, super().init)

    def _run(self, *arguments: str) -> str:
        if arguments[0] in ("init", "providers"):
            return super()._run(*arguments)
        with self._kept():
            return super()._run(*arguments)

    def _stream(self, name: str, *arguments: str) -> Any:
        with self._kept():
            return super()._stream(name, *arguments)

    def validate(self) -> None:
        """As Terraform does."""
        with self._kept():
            super().validate()

    @contextmanager
    def _kept(self) -> Iterator[None]:
        before = self.environment
        with self._provider.serving(self.directory, before) as more:
            self.environment = {**before, **more}
            try:
                yield
            finally:
                self.environment = before
