"""Fixtures of all tiers: everything is synthesized once a session, and tests read the JSON that ships."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import cdktf_fast_synthesis
from aws_emulator import Emulator, running_emulator
from modules.pause.expressions import resolved
from tests.kept_provider import KeptProvider, KeptTerraform
from tests.kept_provider.on_path import Installation, install, terraform_in
from tests.running import run_main
from tests.sharing import Sharing, in_order, stand_back

# A person's own settings are about real stacks; only where Terraform's providers lie is the machine's affair.
for name in [one for one in os.environ if one.startswith(("AWS_", "INFRA_", "TF_"))]:
    if name != "TF_CLI_CONFIG_FILE":
        del os.environ[name]

# What a shell starts in the background, or nohup, ignores these, as would programs that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

cdktf_fast_synthesis.install()

PROJECT = Path(__file__).parent.parent
# As the command line does, from the same file; cdktn judges features by it.
_TARGETS = {"targetVersions": json.loads((PROJECT / "cdktf.json").read_text())["targetVersions"]}
os.environ["CDKTF_CONTEXT_JSON"] = json.dumps(_TARGETS)

# How long an example takes is the machine's affair, and never a failure.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")

Json = dict[str, Any]
Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(autouse=True)
def _no_proxy_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """`urlopen` keeps the proxies that it found first, such as an emulator's, as long as the process runs."""
    monkeypatch.setattr(urllib.request, "_opener", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write golden files and generated documents anew")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """`pytest -n 4` shares tests out as `sharing` says."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A worker's tests are in the order in which they are shared out."""
    if workers := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
        ordered = in_order([item.nodeid for item in items], int(workers))
        places = {test: place for place, test in enumerate(ordered)}
        items.sort(key=lambda item: places[item.nodeid])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The longest test has the processors, where there are workers."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        stand_back(item.nodeid)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """`once(name, write)`: a directory that one of the workers filled, for all to read."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def written_once(name: str, write: Callable[[Path], object]) -> Path:
        directory = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (whole := shared / f"{name}.whole").exists():
                directory.mkdir(exist_ok=True)
                write(directory)
                whole.touch()
        return directory

    return written_once


@pytest.fixture(scope="session")
def kept_plans(once: Once) -> Path:
    """The directory in which the workers keep the first plan of each stack."""
    return once("plans", lambda _: None)


@pytest.fixture(scope="session")
def output(once: Once) -> Path:
    """The directory that `python main.py` wrote, every stack in it."""
    return once("output", synthesize)


@pytest.fixture(scope="session")
def stacks(output: Path) -> dict[str, Json]:
    """The Terraform JSON of every stack, by name, as it is while the stack is not paused."""
    shipped = {path.parent.name: json.loads(path.read_text()) for path in output.glob("stacks/*/cdk.tf.json")}
    found = {name: resolved(document) for name, document in shipped.items()}
    assert found, "main.py synthesized no stack"
    return found


def synthesize(directory: Path) -> None:
    """Synthesize every stack into a directory; its failure is the test's."""
    run = run_main(directory)
    assert run.returncode == 0, run.stderr


@pytest.fixture(scope="session")
def session_emulator(
    tmp_path_factory: pytest.TempPathFactory, once: Once, kept_provider: KeptProvider
) -> Iterator[Emulator]:
    """A worker's one emulator, as the tests before left it; `terraform` finds the kept provider."""
    path, programs = os.environ["PATH"], tmp_path_factory.mktemp("programs")
    installation, log = Installation(once("provider", install)), tmp_path_factory.mktemp("emulator") / "log"
    with (
        running_emulator(log=log) as running,
        terraform_in(programs, running, kept_provider.processes, installation),
    ):
        os.environ["PATH"] = f"{programs}{os.pathsep}{path}"
        yield running
        os.environ["PATH"] = path


@pytest.fixture(scope="session")
def kept_provider() -> Iterator[KeptProvider]:
    """A worker's AWS provider, which runs until the worker ends."""
    provider = KeptProvider()
    try:
        yield provider
    finally:
        provider.processes.end()


@pytest.fixture(scope="session")
def small_terraform(kept_provider: KeptProvider, session_emulator: Emulator) -> Callable[..., KeptTerraform]:
    """`small_terraform(directory)`: Terraform for a small project of a test; its AWS is the emulator's.

    What of products is applied as users do, is not applied with this: `tests/kept_provider` says why.
    """

    def made(directory: Path, *, region: str = "eu-west-1", **variables: str | None) -> KeptTerraform:
        environment = {**session_emulator.environment(region), **variables}
        return KeptTerraform(directory, provider=kept_provider, environment=environment)

    return made


@pytest.fixture
def emulator(session_emulator: Emulator) -> Emulator:
    """An emulator without a trace of other tests."""
    session_emulator.reset()
    return session_emulator


@pytest.fixture(scope="module")
def module_emulator(session_emulator: Emulator) -> Emulator:
    """An emulator without a trace of other files. A file uses this one or `emulator`, never both."""
    session_emulator.reset()
    return session_emulator


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with the file that pins it; `--update` writes the file instead."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        pinned = path.read_text() if path.exists() else ""
        assert text == pinned, (
            f"{path.relative_to(PROJECT)} is out of step. If the change is meant (a moved address needs a "
            f"`moved` block), write it anew: make golden"
        )

    return compare


def resources(stack: Json, kind: str) -> Iterator[Json]:
    """The resources of one type."""
    yield from stack.get("resource", {}).get(kind, {}).values()
