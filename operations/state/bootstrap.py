"""`infra state bootstrap`: create the state backend with a local state, then migrate that state into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console

from backend import LocalSettings, s3_states, state_key
from backend.states import StateStore
from modules.errors import Problem, ProblemsError
from operations import project
from operations.console import say
from operations.progress import Progress, Step
from operations.stacks import initialize, terraform_in
from operations.state.bootstrap_mode import BootstrapMode, bootstrap_mode, read_local_state
from operations.terraform import Plan, Terraform, process
from stacks.output import stack_directory


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: its title, the command that a person would type for it, and the function that does it."""

    title: str
    command: str
    do: Callable[[], None]


class Bootstrap:
    """The stages of a bootstrap. Each is idempotent, so a run that was stopped is completed by the next."""

    def __init__(self, stack: str, console: Console, *, confirm: Callable[[str], None]) -> None:
        self._stack = stack
        self._console, self._progress = console, Progress(console)
        self._confirm = confirm
        self._settings = s3_states().of(stack)
        self._store = StateStore(self._settings)
        self._directory = stack_directory(stack)
        self._local = (self._directory / LocalSettings().directory / state_key(stack)).resolve()
        self._migrated = self._local.with_name(f"{self._local.name}.migrated")

    def run(self, *, dry_run: bool) -> None:
        """Do the stages that are left, or only show them."""
        bucket, account = self._settings.bucket, self._store.account()
        exists = self._store.bucket_exists()
        remote = self._store.state(self._stack) if exists else None
        local = read_local_state(self._stack, self._local)
        mode = bootstrap_mode(bucket=bucket, exists=exists, remote=remote, local=local)
        self._say(f"{bucket} (account {account}, {self._settings.region}): {mode.value}")
        stages = list(self._stages(mode))
        for number, stage in enumerate(stages, 1):
            self._say(f"{number}/{len(stages)} {stage.title}\n    {stage.command}")
            if not dry_run:
                self._do(stage)
        if not dry_run:
            self._say(f"Done: s3://{bucket}/{state_key(self._stack)} is the state, and its plan is empty.")

    def _stages(self, mode: BootstrapMode) -> Iterator[Stage]:
        creating = mode is BootstrapMode.CREATE_AND_MIGRATE
        synthesis = f"INFRA_STACKS={self._stack} python main.py"
        if creating:
            yield Stage(
                title="Synthesize, with the state on this machine",
                command=f"INFRA_BACKEND=local {synthesis}",
                do=lambda: self._synthesize("local"),
            )
            yield Stage(
                title="Create bucket, key, lock table and policies",
                command="terraform init -reconfigure && terraform apply",
                do=self._create,
            )
        yield Stage(
            title="Synthesize, with the state in the bucket",
            command=f"INFRA_BACKEND=s3 {synthesis}",
            do=lambda: self._synthesize("s3"),
        )
        if creating:
            yield Stage(
                title="Move the state into the bucket",
                command="terraform init -migrate-state -force-copy",
                do=self._migrate,
            )
        yield Stage(
            title="Check that nothing is left to do",
            command="terraform init -reconfigure && terraform plan",
            do=self._verify,
        )
        if creating or self._local.exists():
            yield Stage(
                title="Rename the state on this machine",
                command=f"mv {self._local.name} {self._migrated.name}",
                do=self._rename_local_state,
            )

    def _do(self, stage: Stage) -> None:
        try:
            stage.do()
        except KeyboardInterrupt:
            self._say("Stopped. Run the same command again to go on from here.")
            raise

    def _synthesize(self, backend: str) -> None:
        with self._progress.step("Synthesizing") as step:
            project.synthesize(INFRA_BACKEND=backend, INFRA_STACKS=self._stack)
            step.done = "Synthesized"

    def _create(self) -> None:
        self._initialize("local")
        self._untaint()
        plan = self._plan()
        try:
            if plan.empty:
                return
            for change in plan.changes:
                self._say(f"    {change.action} {change.address}")
            self._confirm(f"Make these {len(plan.changes)} changes?")
            with self._progress.step("Applying", expected=len(plan.changes)) as step:
                self._terraform(step).apply(plan)
                step.done = "Applied"
        finally:
            plan.file.unlink(missing_ok=True)

    def _untaint(self) -> None:
        # A creation that was stopped half-way leaves its resource tainted: to be replaced, which
        # prevent_destroy forbids. The resource exists: untainted, the plan completes it.
        terraform = self._terraform()
        root = terraform.show().get("values", {}).get("root_module", {})
        for resource in root.get("resources", []):
            if resource.get("tainted"):
                process.run(
                    terraform.command("untaint", resource["address"]),
                    directory=terraform.directory,
                    environment=terraform.environment,
                )

    def _migrate(self) -> None:
        # Terraform would overwrite without asking: another run may have moved a state there meanwhile.
        if self._store.state(self._stack) is not None:
            what = "holds a state since a moment ago; run this again to see whose"
            raise ProblemsError.one(f"bucket {self._settings.bucket}", what)
        self._initialize("s3", migrate=True)

    def _verify(self) -> None:
        self._initialize("s3")
        plan = self._plan()
        plan.file.unlink(missing_ok=True)
        if not plan.empty:
            left = [(change.address, change.action) for change in plan.changes] or [(self._stack, "outputs")]
            raise ProblemsError(
                Problem(where=address, what=f"{action} left to do; terraform apply in {self._directory}")
                for address, action in left
            )

    def _rename_local_state(self) -> None:
        self._local.replace(self._migrated)

    def _initialize(self, backend: str, *, migrate: bool = False) -> None:
        with self._progress.step("Initializing") as step:
            initialize(self._terraform(step), backend=backend, migrate=migrate)
            step.done = "Initialized"

    def _plan(self) -> Plan:
        with self._progress.step("Planning") as step:
            plan = self._terraform(step).plan()
            step.done = "Planned"
        return plan

    def _terraform(self, step: Step | None = None) -> Terraform:
        return terraform_in(self._directory, watch=step.watch if step else None)

    def _say(self, text: str) -> None:
        say(self._console, text)
