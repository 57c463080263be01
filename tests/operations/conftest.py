"""Fixtures of the commands: a small project on the emulator, and the real `infra` in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import backend
from aws_emulator import Emulator
from operations.sandbox.workspace import PROVIDER_VERSIONS, prepare_state
from tests.kept_provider import KeptProvider, types_in
from tests.operations.small_stack import SmallStack, use
from tests.running import INFRA_ON

STACK, REGION = "ohi-dev", "eu-west-1"
Json = dict[str, Any]
Once = Callable[[str, Callable[[Path], object]], Path]
Kept = Callable[[str, Mapping[str, str]], AbstractContextManager[dict[str, str]]]
Finished = subprocess.CompletedProcess[str]

# A project of one small stack: a known one by its name, its contents from the file beside. An empty one is
# synthesized once; contents are added to that, since starting Node for every command would double its time.
MAIN = f"""
import json
import os
import shutil
from pathlib import Path
from stacks.output import DOCUMENT, output_directory

CONTENTS = json.loads(Path(__file__).with_name("contents.json").read_text())
EMPTY = {{empty!r}}

def build(scope, state):
    from cdktf import TerraformOutput
    from stacks.base import Stack
    from stacks.ohi.settings import DEV
    stack = Stack(scope, {STACK!r}, environment=DEV.environment, state=state)
    stack.add_override("terraform.required_providers.aws.version", {PROVIDER_VERSIONS!r})
    for path, value in CONTENTS.items():
        if path == "warning":
            stack.node.add_metadata("@cdktf/warn", value)
        elif path == "output":
            for name, one in value.items():
                TerraformOutput(stack, name, value=one, static_id=True)
        else:
            stack.add_override(path, value)

def synthesized():
    import cdktf_fast_synthesis
    cdktf_fast_synthesis.install()
    import backend
    from stacks.entry import Entry
    from stacks.ohi.settings import DEV
    from stacks.synthesis import synthesize
    policy = DEV.environment.tags.policy
    entry = Entry(name={STACK!r}, build=build, tag_policy=policy, networks=(), domains=())
    synthesize([entry], state=backend.load(), output=output_directory(), known=[entry.name])

def written():
    shutil.copytree(EMPTY, output_directory(), dirs_exist_ok=True)
    file = output_directory() / "stacks" / {STACK!r} / DOCUMENT
    document = json.loads(file.read_text())
    for path, value in CONTENTS.items():
        *parents, last = path.split(".")
        within = document
        for name in parents:
            within = within.setdefault(name, {{{{}}}})
        within[last] = value
    file.write_text(json.dumps(document, indent=2))

# Constructs, and places in lists.
needs_constructs = CONTENTS.keys() & {{{{"warning", "output"}}}} or [
    path for path in CONTENTS if any(part.isdigit() for part in path.split("."))
]
elsewhere = [name for name in os.environ if name.startswith("INFRA_BACKEND")]
synthesized() if needs_constructs or elsewhere or not EMPTY else written()
"""


class Project:
    """A project of one small stack in a directory of its own, on the emulator."""

    def __init__(
        self,
        directory: Path,
        emulator: Emulator,
        empty: Path | None = None,
        kept: Kept = lambda _, __: nullcontext({}),
    ) -> None:
        self.directory, self.emulator = directory, emulator
        self._kept = kept
        # All that was ever in the stack, and so in its state.
        self._contents = (empty / f"stacks/{STACK}/cdk.tf.json").read_text() if empty else ""
        self.stack = directory / f"output/stacks/{STACK}"
        self.environment = {
            name: value
            for name, value in {**os.environ, **emulator.environment(REGION)}.items()
            if value is not None
        } | {"CDKTF_OUTDIR": str(directory / "output"), "COLUMNS": "200"}
        (directory / "main.py").write_text(MAIN.format(empty=str(empty) if empty else None))
        self.write({})

    def write(self, contents: Mapping[str, Any]) -> None:
        """What the stack has: Terraform's JSON by its path, such as `resource.aws_sqs_queue.one`.

        `warning` is what synthesis warns of, `output` its outputs that are constructs, by name.
        """
        written = json.dumps(contents)
        (self.directory / "contents.json").write_text(written)
        self._contents += written

    def start(
        self, *words: str, stdin: Any = subprocess.DEVNULL, **environment: str
    ) -> subprocess.Popen[str]:
        """Start `infra` with some words, as a person in this project would."""
        return subprocess.Popen(
            [sys.executable, *INFRA_ON, str(self.directory / "main.py"), *words],
            cwd=self.directory,
            env={**self.environment, **environment},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def infra(self, *words: str, **environment: str) -> Finished:
        """Run `infra` to its end, with the AWS provider that is kept."""
        with self._serving(environment) as given, self.start(*words, **given) as process:
            output, errors = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, output, errors)

    def shell(self, line: str, **more: str) -> Finished:
        """Run a line that a command printed for a person to type."""
        command = ["sh", "-c", line]
        with self._serving(more) as given:
            environment = {**self.environment, "TF_IN_AUTOMATION": "1", **given}
            return subprocess.run(
                command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False
            )

    @contextmanager
    def _serving(self, more: Mapping[str, str]) -> Iterator[dict[str, str]]:
        with self._kept(self._contents, {**self.environment, **more}) as variable:
            yield {**more, **variable}


@pytest.fixture(scope="session")
def empty_project(once: Once, session_emulator: Emulator) -> Path:
    """What main.py writes for the small stack without contents."""

    def write(directory: Path) -> None:
        project = Project(directory, session_emulator)
        subprocess.run([sys.executable, "main.py"], cwd=directory, env=project.environment, check=True)

    return once("empty-project", write) / "output"


@pytest.fixture(scope="session")
def kept(kept_provider: KeptProvider, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """`kept(contents, environment)`: the variable with which Terraform takes the provider that is kept."""
    required = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
    document = {"terraform": {"required_providers": required}}

    @cache
    def program() -> Path:
        return kept_provider.installed(tmp_path_factory.mktemp("provider"), document)

    def serving(contents: str, environment: Mapping[str, str]) -> AbstractContextManager[dict[str, str]]:
        if not kept_provider.is_on or environment.get("KEPT_PROVIDER") == "off":
            return nullcontext({})
        return kept_provider.serving_types(types_in(contents), environment, program=program())

    return serving


@pytest.fixture(scope="session")
def new_project(session_emulator: Emulator, empty_project: Path, kept: Kept) -> Callable[[Path], Project]:
    """`new_project(directory)`: one small stack without contents, in an AWS without others."""

    def made(directory: Path) -> Project:
        session_emulator.reset()
        settings = backend.s3_states().of(STACK)
        places = {"bucket": settings.bucket, "dynamodb_table": settings.dynamodb_table}
        prepare_state(session_emulator, {**places, "region": settings.region})
        return Project(directory, session_emulator, empty_project, kept)

    return made


@pytest.fixture
def project(new_project: Callable[[Path], Project], tmp_path: Path) -> Project:
    """A project of one small stack without contents; its bucket and lock table are there."""
    return new_project(tmp_path)


@pytest.fixture
def stack(session_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SmallStack:
    """The small stack, deployed, without tasks; commands of this process find it."""
    made = SmallStack(session_emulator)
    made.deploy()
    use(monkeypatch, made, tmp_path / "output")
    return made


@pytest.fixture
def mocked_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS in this process, for commands that call boto3 alone."""
    moto = pytest.importorskip("moto")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "INFRA_BACKEND", "INFRA_BACKEND_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "emulated")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with moto.mock_aws():
        yield
