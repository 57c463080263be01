"""`infra state bootstrap`: what holds the states is made with its own state here, which then moves there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from backend import LocalSettings, s3_states, state_key
from backend.states import StateStore
from modules.errors import Problem, ProblemsError
from operations.state.survey import Way, read_local, way_from
from operations.steps import Step, Steps
from operations.terraform import Plan, Terraform, lock_id, process
from stacks.state_backend.settings import NAME

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: in words, as a person would type it, and as it is done."""

    title: str
    command: str
    do: Callable[[], None]


class Bootstrap:
    """Every stage converges by itself, so a run that was stopped anywhere is finished by the next."""

    def __init__(self, console: Console, *, confirm: Callable[[str], None]) -> None:
        self._console, self._steps = console, Steps(console)
        self._confirm = confirm
        self._settings = s3_states().of(NAME)
        self._store = StateStore(self._settings)
        output = Path(os.environ.get("CDKTF_OUTDIR") or PROJECT / "cdktf.out")
        self._directory = output / "stacks" / NAME
        self._local = (self._directory / LocalSettings().directory / state_key(NAME)).resolve()
        self._aside = self._local.with_name(f"{self._local.name}.migrated")

    def run(self, *, dry_run: bool) -> None:
        """Do what is left to do, or only say it."""
        bucket, account = self._settings.bucket, self._store.account()
        exists = self._store.bucket_exists()
        remote = self._store.state(NAME) if exists else None
        way = way_from(bucket=bucket, exists=exists, remote=remote, local=read_local(NAME, self._local))
        self._say(f"{bucket} (account {account}, {self._settings.region}): {way.value}")
        stages = list(self._stages(way))
        for number, stage in enumerate(stages, 1):
            self._say(f"{number}/{len(stages)} {stage.title}\n    {stage.command}")
            if not dry_run:
                self._do(stage)
        if not dry_run:
            self._say(f"Done: s3://{bucket}/{state_key(NAME)} is the state, and its plan is empty.")

    def _stages(self, way: Way) -> Iterator[Stage]:
        command = f"INFRA_STACKS={NAME} python main.py"
        if way is Way.WHOLE:
            yield Stage(
                title="Synthesize, with the state on this machine",
                command=f"INFRA_BACKEND=local {command}",
                do=lambda: self._synthesize("local"),
            )
            yield Stage(
                title="Create bucket, key, lock table and policies",
                command="terraform init -reconfigure && terraform apply",
                do=self._create,
            )
        yield Stage(
            title="Synthesize, with the state in the bucket",
            command=f"INFRA_BACKEND=s3 {command}",
            do=lambda: self._synthesize("s3"),
        )
        if way is Way.WHOLE:
            yield Stage(
                title="Move the state into the bucket",
                command="terraform init -migrate-state -force-copy",
                do=self._move,
            )
        yield Stage(
            title="Check that nothing is left to do",
            command="terraform init -reconfigure && terraform plan",
            do=self._check,
        )
        if way is Way.WHOLE or self._local.exists():
            yield Stage(
                title="Put the state on this machine aside",
                command=f"mv {self._local.name} {self._aside.name}",
                do=self._put_aside,
            )

    def _do(self, stage: Stage) -> None:
        try:
            stage.do()
        except ProblemsError as error:
            if lock_id(str(error)) is None:
                raise
            hint = Problem(where=NAME, what=f"if an earlier run was killed: infra state unlock {NAME}")
            raise ProblemsError([*error.problems, hint]) from None
        except KeyboardInterrupt:
            self._say("Stopped. Run the same command again to go on from here.")
            raise

    def _synthesize(self, backend: str) -> None:
        environment = {**os.environ, "INFRA_BACKEND": backend, "INFRA_STACKS": NAME}
        with self._steps.step("Synthesized"):
            command = [sys.executable, str(PROJECT / "main.py")]
            finished = process.run(command, directory=PROJECT, environment=environment)
        if finished.code != 0:
            raise ProblemsError.one("python main.py", finished.errors.strip() or "failed without a word")

    def _create(self) -> None:
        self._init(backend_config=None)
        self._keep_what_was_begun()
        plan = self._plan()
        try:
            if plan.empty:
                return
            for change in plan.changes:
                self._say(f"    {change.action} {change.address}")
            self._confirm(f"Make these {len(plan.changes)} changes?")
            with self._steps.step("Applied", expected=len(plan.changes)) as step:
                self._terraform(step).apply(plan)
        finally:
            plan.file.unlink(missing_ok=True)

    def _keep_what_was_begun(self) -> None:
        # A creation that was stopped half-way leaves its resource tainted: to be replaced, which its
        # protection forbids. It exists: untainted, the plan completes it.
        terraform = self._terraform()
        root = terraform.show().get("values", {}).get("root_module", {})
        for resource in root.get("resources", []):
            if resource.get("tainted"):
                process.run(
                    terraform.command("untaint", resource["address"]),
                    directory=terraform.directory,
                    environment=terraform.environment,
                )

    def _move(self) -> None:
        # Terraform would overwrite without asking: somebody may have been quicker since the survey.
        if self._store.state(NAME) is not None:
            what = "holds a state since a moment ago; run this again to see whose"
            raise ProblemsError.one(f"bucket {self._settings.bucket}", what)
        self._init(backend_config=self._path_style, migrate=True)

    def _check(self) -> None:
        self._init(backend_config=self._path_style)
        plan = self._plan()
        plan.file.unlink(missing_ok=True)
        if not plan.empty:
            left = [(change.address, change.action) for change in plan.changes] or [(NAME, "outputs")]
            raise ProblemsError(
                Problem(where=address, what=f"{action} left to do; terraform apply in {self._directory}")
                for address, action in left
            )

    def _put_aside(self) -> None:
        self._local.replace(self._aside)

    def _init(self, *, backend_config: dict[str, str] | None, migrate: bool = False) -> None:
        with self._steps.step("Initialised") as step:
            self._terraform(step).init(backend_config=backend_config, migrate=migrate)

    def _plan(self) -> Plan:
        with self._steps.step("Planned") as step:
            return self._terraform(step).plan()

    def _terraform(self, step: Step | None = None) -> Terraform:
        # A person's own data directory or workspace is about another stack.
        apart = {"TF_DATA_DIR": None, "TF_WORKSPACE": None}
        return Terraform(self._directory, environment=apart, watch=step.watch if step else None)

    @property
    def _path_style(self) -> dict[str, str] | None:
        # An endpoint of one's own, such as the emulator's, has no host name for each bucket.
        return {"use_path_style": "true"} if os.environ.get("AWS_ENDPOINT_URL") else None

    def _say(self, words: str) -> None:
        self._console.print(words, highlight=False, markup=False, soft_wrap=True)
