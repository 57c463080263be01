"""Terraform in one directory: a method for each command, its errors raised as ProblemsError."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from backend.credentials import login_variables
from modules.errors import Problem, ProblemsError
from modules.terraform_json import blocks
from operations.terraform import process
from operations.terraform.binary import terraform_binary
from operations.terraform.providers import filling_the_cache, provider_environment
from operations.terraform.results import Change, Event, Output, Plan, locked
from operations.terraform.unpushed import unpushed

# Go's garbage collector takes a fifth of the CPU of Terraform and the provider, which hold large schemas: let
# it run less often, unless memory gets scarce (Go documentation, "A Guide to the Go Garbage Collector").
_FEWER_COLLECTIONS = {"GOGC": "400", "GOMEMLIMIT": "1500MiB"}
# The provider writes megabytes of log, which Terraform reads and throws away: a fifteenth of the CPU. Whoever
# sets a TF_LOG gets all of it (Terraform plugin documentation, "Writing Log Output", "Managing Log Output").
_LOGS = ("PROVIDER", "SDK", "SDK_FRAMEWORK", "SDK_HELPER_SCHEMA", "SDK_MUX", "SDK_PROTO")
_NO_LOGS = dict.fromkeys((f"TF_LOG_{name}" for name in _LOGS), "off")
# What Terraform says of a workspace of Terraform Cloud that has no state yet; other backends have no outputs.
_NO_STATE = "could not read state version outputs: resource not found"

# What it says where the state of an apply could not be written.
_UNSAVED = "Failed to persist state to backend"


class Terraform:
    """Terraform in one directory.

    `environment` overrides this program's own (None removes a variable); `watch` is called with every event
    of a plan, an apply or a destroy as it happens. Every method raises ProblemsError when Terraform fails.
    """

    def __init__(
        self,
        directory: Path,
        *,
        environment: Mapping[str, str | None] | None = None,
        watch: Callable[[Event], None] | None = None,
    ) -> None:
        self.directory = directory
        self._binary = terraform_binary()
        self._watch = watch
        # No prompts, for there is no terminal, and no check for a newer version.
        ours = {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
        providers = provider_environment()
        # A configuration of ours hides what `terraform login` has written.
        tokens = login_variables() if providers else {}
        logs = {} if any(name.startswith("TF_LOG") for name in os.environ) else _NO_LOGS
        before = {**_FEWER_COLLECTIONS, **logs, **tokens, **os.environ, **providers}
        wanted = {**before, **ours, **(environment or {})}
        self.environment = {name: value for name, value in wanted.items() if value is not None}

    def init(
        self, *, backend: bool = True, backend_config: Mapping[str, str] | None = None, migrate: bool = False
    ) -> None:
        """Install the providers and configure the backend; `migrate` moves the state there."""
        arguments = ["init", "-no-color", f"-backend={str(backend).lower()}"]
        if backend:
            arguments += self._backend_options(migrate=migrate)
        arguments += [f"-backend-config={key}={value}" for key, value in (backend_config or {}).items()]
        with filling_the_cache():
            self._run(*arguments)

    def _backend_options(self, *, migrate: bool) -> list[str]:
        if migrate:
            return ["-migrate-state", "-force-copy"]
        # Terraform refuses it for Terraform Cloud: "Initializing HCP Terraform", command line options.
        return [] if _is_cloud(self.directory) else ["-reconfigure"]

    def lock_providers(self, platforms: Sequence[str], *, mirror: Path | None = None) -> None:
        """Write the lock file, with hashes for platforms (`linux_amd64`) from the registry or a mirror."""
        source = [f"-fs-mirror={mirror}"] if mirror else []
        self._run("providers", "lock", *source, *(f"-platform={platform}" for platform in platforms))

    def validate(self) -> None:
        """Validate the configuration against the provider's schema; reports every problem at once."""
        finished = process.run(
            self.command("validate", "-json"), directory=self.directory, environment=self.environment
        )
        try:
            diagnostics = json.loads(finished.output)["diagnostics"]
        except ValueError:
            raise self._error("validate", finished.errors) from None
        self._raise_errors("validate", diagnostics)

    def plan(
        self,
        *,
        destroy: bool = False,
        refresh: bool = True,
        lock: bool = True,
        file: str = "plan",
        variables: Mapping[str, str] | None = None,
        replace: Sequence[str] = (),
    ) -> Plan:
        """Plan, and save the plan beside the configuration; `replace` are addresses to create anew.

        Without `refresh` the state is believed, and AWS is not asked; without `lock` an apply may run.
        """
        arguments = ["-json", "-detailed-exitcode", f"-out={file}", *(["-destroy"] if destroy else [])]
        arguments += [] if lock else ["-lock=false"]
        arguments += [f"-replace={address}" for address in replace]
        arguments += _options(refresh=refresh, variables=variables)
        code, events = self._stream("plan", *arguments)
        return Plan(file=self.directory / file, empty=code == 0, changes=_changes(events))

    def apply(
        self,
        plan: Plan | None = None,
        *,
        refresh: bool = True,
        variables: Mapping[str, str] | None = None,
    ) -> tuple[Change, ...]:
        """Apply a saved plan, or plan and apply, believing the state without `refresh`; what was planned."""
        if plan:
            self._stream("apply", "-json", str(plan.file))
            return plan.changes
        options = _options(refresh=refresh, variables=variables)
        return _changes(self._stream("apply", "-json", "-auto-approve", *options)[1])

    def destroy(self, *, refresh: bool = True) -> None:
        """Destroy everything in the state; without `refresh`, as the state says that it is."""
        self._stream("destroy", "-json", "-auto-approve", *([] if refresh else ["-refresh=false"]))

    def outputs(self) -> dict[str, Output]:
        """The stack's outputs by name; none of what was never applied."""
        try:
            found = json.loads(self._run("output", "-json"))
        except ProblemsError as error:
            if _NO_STATE in str(error):
                return {}
            raise
        return {
            name: Output(value=output["value"], sensitive=output["sensitive"])
            for name, output in found.items()
        }

    def show(self, plan: Plan | None = None) -> dict[str, Any]:
        """The state, or a plan, in Terraform's JSON format."""
        shown: dict[str, Any] = json.loads(self._run("show", "-json", *([str(plan.file)] if plan else [])))
        return shown

    def pull(self) -> bytes:
        """The state's file."""
        return self._run("state", "pull").encode()

    def addresses(self) -> list[str]:
        """The resources in the state."""
        return self._run("state", "list").split()

    def forget(self, addresses: Sequence[str]) -> None:
        """Take resources out of the state; what they are of stays in AWS."""
        self._run("state", "rm", "-no-color", *addresses)

    def import_resource(self, address: str, id: str) -> None:
        """Import an existing object by its id as the resource of an address."""
        self._run("import", "-no-color", address, id)

    def command(self, *arguments: str) -> list[str]:
        """The command line of a Terraform command."""
        return [self._binary, *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command without waiting for it."""
        return process.start(self.command(*arguments), directory=self.directory, environment=self.environment)

    def _run(self, *arguments: str) -> str:
        finished = process.run(
            self.command(*arguments), directory=self.directory, environment=self.environment
        )
        if finished.code != 0:
            raise self._error(arguments[0], finished.errors or finished.output)
        return finished.output

    def _stream(self, name: str, *arguments: str) -> tuple[int, list[Event]]:
        events: list[Event] = []

        def receive(line: str) -> None:
            for event in _events(line):
                events.append(event)
                if self._watch:
                    self._watch(event)

        finished = process.run(
            self.command(name, *arguments),
            directory=self.directory,
            environment=self.environment,
            on_line=receive,
        )
        self._raise_errors(name, [event["diagnostic"] for event in events if event["type"] == "diagnostic"])
        if finished.code not in ((0, 2) if name == "plan" else (0,)):
            raise self._error(name, finished.errors or finished.output)
        return finished.code, events

    def _raise_errors(self, name: str, diagnostics: list[Any]) -> None:
        errors = [diagnostic for diagnostic in diagnostics if diagnostic["severity"] == "error"]
        for error in errors:
            self._raise_if_locked(_message(error))
        if errors:
            found = [
                Problem(where=self._where(name, error.get("address")), what=_message(error))
                for error in errors
            ]
            raise ProblemsError([*found, *self._unsaved(errors)])

    def _unsaved(self, errors: Sequence[Any]) -> Iterator[Problem]:
        """What comes before any other command, if Terraform could not write the state of what it did."""
        if any(error["summary"] == _UNSAVED for error in errors):
            yield from unpushed(self.directory)

    def _raise_if_locked(self, message: str) -> None:
        if error := locked(self.directory.name, message):
            raise error

    def _error(self, name: str, output: str) -> ProblemsError:
        self._raise_if_locked(output)
        return ProblemsError.one(self._where(name), output.strip() or "failed without a message")

    def _where(self, name: str, address: str | None = None) -> str:
        return f"terraform {name} in {self.directory.name}{f', {address}' if address else ''}"


def _is_cloud(directory: Path) -> bool:
    """Whether the JSON of a directory names Terraform Cloud for its state."""
    documents = [json.loads(file.read_text()) for file in sorted(directory.glob("*.tf.json"))]
    return any("cloud" in one for document in documents for one in blocks(document.get("terraform")))


def _options(*, refresh: bool, variables: Mapping[str, str] | None) -> list[str]:
    given = [f"-var={name}={value}" for name, value in (variables or {}).items()]
    return given if refresh else ["-refresh=false", *given]


def _changes(events: Sequence[Event]) -> tuple[Change, ...]:
    changes = (event["change"] for event in events if event["type"] == "planned_change")
    return tuple(Change(address=change["resource"]["addr"], action=change["action"]) for change in changes)


def _events(line: str) -> Iterator[Event]:
    try:
        event = json.loads(line)
    except ValueError:
        return  # a line of a provider or of TF_LOG
    if isinstance(event, dict) and "type" in event:
        yield event


def _message(diagnostic: Mapping[str, Any]) -> str:
    detail = str(diagnostic.get("detail", "")).strip()
    return f"{diagnostic['summary']}{f': {detail}' if detail else ''}"
