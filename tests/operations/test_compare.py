"""`infra compare` in a small git repository, whose main.py writes the stacks that settings.py lists."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from operations.differences import Difference, differences
from tests.running import INFRA_ON, PROJECT

MAIN = """
import json, os, time
from pathlib import Path
from settings import SECONDS, STACKS
time.sleep(SECONDS)
for name, document in STACKS.items():
    directory = Path(os.environ["CDKTF_OUTDIR"]) / "stacks" / name
    directory.mkdir(parents=True)
    (directory / "cdk.tf.json").write_text(json.dumps(document))
"""
QUEUE = {"resource": {"aws_sqs_queue": {"jobs": {"name": "jobs", "delay_seconds": 1}}}}
TOPIC = {"resource": {"aws_sns_topic": {"events": {"name": "events"}}}}


class Repository:
    """A git repository of a project, and `infra compare` in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        (directory / "main.py").write_text(MAIN)

    def git(self, *words: str) -> str:
        """What git writes."""
        names = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
        done = subprocess.run(
            ["git", *names, *words], cwd=self.directory, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def write(self, seconds: int = 0, **stacks: Any) -> None:
        """The stacks that main.py writes, and how long it takes for them."""
        named = {name.replace("_", "-"): document for name, document in stacks.items()}
        (self.directory / "settings.py").write_text(f"SECONDS = {seconds}\nSTACKS = {named!r}\n")

    def commit(self) -> str:
        """Commit everything; the hash of the commit."""
        if not (self.directory / ".git").exists():
            self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A change")
        return self.git("rev-parse", "HEAD")

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """Start `infra compare`."""
        return subprocess.Popen(
            [sys.executable, *INFRA_ON, str(self.directory / "main.py"), "compare", *words],
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def compare(self, *words: str, **environment: str) -> tuple[int, str, str]:
        """Run `infra compare`: exit code, output, errors."""
        with self.start(*words, **environment) as process:
            output, errors = process.communicate()
        return process.returncode, output, errors

    @property
    def worktrees(self) -> int:
        """How many worktrees git knows, the repository itself included."""
        return len(self.git("worktree", "list").splitlines())


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with two stacks, committed."""
    made = Repository(tmp_path / "project")
    made.write(shop_dev=QUEUE, shop_prod=TOPIC)
    made.commit()
    return made


def test_identical_stacks_end_with_zero(repository: Repository) -> None:
    code, output, errors = repository.compare("HEAD")
    commit = repository.git("rev-parse", "HEAD")
    assert (code, output.splitlines()) == (
        0,
        [
            "shop-dev: identical",
            "shop-prod: identical",
            f"All stacks are identical to those of HEAD ({commit[:8]}).",
        ],
    )
    assert "Synthesized HEAD" in errors
    assert "Synthesized the working tree" in errors
    assert repository.worktrees == 1


def test_a_changed_setting_is_named_by_address_and_argument(repository: Repository) -> None:
    changed = {"resource": {"aws_sqs_queue": {"jobs": {"name": "jobs", "delay_seconds": 2}}}}
    repository.write(shop_dev={**changed, "output": {"url": {"value": "x"}}}, shop_prod=TOPIC)
    code, output, _ = repository.compare("HEAD")
    assert code == 1
    assert output.splitlines()[:4] == [
        "shop-dev: 1 added, 1 changed",
        "  + output.url",
        "  ~ aws_sqs_queue.jobs: delay_seconds",
        "shop-prod: identical",
    ]
    assert "1 of 2 stacks differ from those of HEAD" in output
    assert repository.worktrees == 1


def test_of_a_new_stack_the_number_of_its_addresses_is_said(repository: Repository) -> None:
    new = {**QUEUE, "output": {"url": {"value": "x"}}}
    repository.write(shop_dev=QUEUE, shop_prod=TOPIC, shop_test=new)
    _, output, _ = repository.compare("HEAD")
    assert "shop-test: added, the whole stack: 2 addresses" in output.splitlines()
    assert "  + " not in output
    _, output, _ = repository.compare("HEAD", "--json")
    assert json.loads(output)["stacks"]["shop-test"]["added"] == ["aws_sqs_queue.jobs", "output.url"]


def test_for_programs_it_is_one_object(repository: Repository) -> None:
    commit = repository.git("rev-parse", "HEAD")
    repository.write(shop_dev=TOPIC)
    code, output, _ = repository.compare(commit, "--json")
    assert code == 1
    address = "aws_sns_topic.events"
    assert json.loads(output) == {
        "revision": commit,
        "identical": False,
        "stacks": {
            "shop-dev": {
                "status": "changed",
                "added": [address],
                "removed": ["aws_sqs_queue.jobs"],
                "changed": {},
            },
            "shop-prod": {"status": "removed", "added": [], "removed": [address], "changed": {}},
        },
    }


def test_a_revision_runs_with_its_own_modules_and_packages(repository: Repository) -> None:
    """Here a package is installed that the revision has in another version, and one that it lacks."""
    package = repository.directory / "packages/kit/src/kit.py"
    package.parent.mkdir(parents=True)
    package.write_text("DELAY = 1\n")
    repository.write(shop_dev=QUEUE, shop_prod=TOPIC)
    settings = repository.directory / "settings.py"
    settings.write_text(
        "from kit import DELAY\n"
        + settings.read_text().replace("'delay_seconds': 1", "'delay_seconds': DELAY")
    )
    repository.commit()
    assert repository.compare("HEAD~1")[0] == 0
    package.write_text("DELAY = 2\n")
    code, output, _ = repository.compare("HEAD", PYTHONPATH=str(package.parent))
    assert (code, output.splitlines()[1]) == (1, "  ~ aws_sqs_queue.jobs: delay_seconds")


@pytest.mark.parametrize("revision", ["no-such-branch", "", "HEAD~9", "HEAD:main.py"])
def test_an_unknown_revision_is_refused(repository: Repository, revision: str) -> None:
    code, output, errors = repository.compare(revision)
    assert (code, output) == (2, "")
    assert errors.startswith(
        f"revision: got {revision!r}; allowed: a commit, branch or tag of this repository; "
    )
    assert len(errors.splitlines()) == 1
    assert repository.worktrees == 1


def test_a_directory_without_git_is_refused(tmp_path: Path) -> None:
    project = Repository(tmp_path / "project")
    code, output, errors = project.compare("HEAD", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert (code, output) == (2, "")
    assert errors.startswith("git: got fatal: not a git repository")
    assert "allowed: a git repository; run it in a checkout" in errors


def test_without_git_it_says_so(repository: Repository, tmp_path: Path) -> None:
    code, _, errors = repository.compare("HEAD", PATH=str(tmp_path))
    assert (code, errors) == (2, "git: got no such program on PATH; allowed: git; install it\n")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        (
            "settings.py",
            "import no_such_package",
            "does not synthesize: ModuleNotFoundError: No module",
        ),
        ("settings.py", "raise SystemExit('shop: got 1; allowed: 2')", "does not synthesize: shop: got 1"),
        ("settings.py", "SECONDS, STACKS = 0, {}", "wrote no stack below CDKTF_OUTDIR"),
        ("main.py", None, "does not exist; name a revision that has one"),
    ],
)
def test_a_revision_that_does_not_synthesize_is_a_sentence(
    repository: Repository, file: str, content: str | None, said: str
) -> None:
    path = repository.directory / file
    good = path.read_text()
    path.unlink() if content is None else path.write_text(content)
    repository.commit()
    path.write_text(good)
    code, output, errors = repository.compare("HEAD")
    assert (code, output) == (2, "")
    assert errors.splitlines()[-1].startswith(f"main.py at HEAD: {said}")
    assert "Traceback" not in errors
    assert repository.worktrees == 1


def test_a_working_tree_that_does_not_synthesize_is_a_sentence(repository: Repository) -> None:
    (repository.directory / "settings.py").write_text("import no_such_package")
    code, _, errors = repository.compare("HEAD")
    assert code == 2
    assert errors.splitlines()[-1].startswith("main.py of the working tree: does not synthesize: Module")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_it_leaves_no_worktree(repository: Repository, number: signal.Signals) -> None:
    repository.write(seconds=60, shop_dev=QUEUE)
    repository.commit()
    with repository.start("HEAD") as process:
        assert process.stderr
        assert "Synthesizing HEAD" in process.stderr.readline()
        assert repository.worktrees == 2
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (130, "")
    assert "Stopped; the temporary worktree is removed." in errors
    assert repository.worktrees == 1


def test_a_project_in_a_folder_of_its_repository_is_compared_too(tmp_path: Path) -> None:
    project = Repository(tmp_path / "project")
    project.write(shop_dev=QUEUE)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "A project")
    assert project.compare("HEAD")[0] == 0


def test_a_hook_of_git_may_run_it(repository: Repository) -> None:
    index = repository.directory / ".git/index"
    before = index.read_bytes()
    code, _, _ = repository.compare("HEAD", GIT_DIR=".git", GIT_INDEX_FILE=str(index))
    assert (code, index.read_bytes()) == (0, before)


def written(**document: Any) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            written(data={"aws_region": {"here": {}}}, ephemeral={"aws_secret": {"one": {"a": 1}}}),
            written(ephemeral={"aws_secret": {"one": {"a": 2, "b": 1}}}, locals={"x": 1}),
            Difference(
                status="changed",
                added=("local.x",),
                removed=("data.aws_region.here",),
                changed={"ephemeral.aws_secret.one": ("a", "b")},
            ),
        ),
        (
            written(provider={"aws": [{"region": "a"}, {"alias": "us", "region": "b"}]}),
            written(provider={"aws": [{"region": "a"}, {"alias": "us", "region": "c"}]}),
            Difference(status="changed", changed={"provider.aws.us": ("region",)}),
        ),
        (
            written(terraform={"required_version": ">= 1"}, moved=[{"from": "a", "to": "b"}]),
            written(terraform={"required_version": ">= 2"}, moved=[]),
            Difference(status="changed", changed={"moved": (), "terraform": ("required_version",)}),
        ),
        (written(**QUEUE), None, Difference(status="removed", removed=("aws_sqs_queue.jobs",))),
        (b'{"a": 1}', b'{"a":1}', Difference(status="changed")),
        (b'{"a": 1}', b'{"a": 1}', None),
    ],
)
def test_every_block_has_an_address(
    before: bytes | None, after: bytes | None, expected: Difference | None
) -> None:
    old, new = ({"shop": one} if one else {} for one in (before, after))
    assert differences(old, new) == {"shop": expected}
