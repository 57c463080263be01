"""The command that migrates what a service stores. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Anything, VariableName

# CodeBuild API: CreateProject, timeoutInMinutes: a pipeline's build waits for it; the rest of it is what a
# build takes to start and to end.
MigrationMinutes = Annotated[int, Field(ge=5, le=2100)]


@settings
class ServiceMigration:
    """A task that changes what a service stores, such as the tables of its database.

    It is a copy of the task of the service: its containers, roles, secrets and network. Its main container
    has `command` and, beside its own variables, `environment`. `minutes` is how long it may take before it
    is stopped.
    """

    command: tuple[Anything, ...]
    environment: Mapping[VariableName, Anything] = field(default_factory=dict)
    minutes: MigrationMinutes = 30

    def problems(self) -> Iterator[Problem]:
        """No command."""
        if not self.command or not all(self.command):
            why = refusal(
                got=repr(self.command), allowed="a program and its arguments", fix="write what migrates"
            )
            yield Problem(where="command", what=why)

    def described(self) -> dict[str, object]:
        """What `infra migrate` reads of the stack's JSON."""
        return {
            "command": list(self.command),
            "environment": dict(self.environment),
            "seconds": self.minutes * 60,
        }
