"""Settings of containers: command, ports, health check, stop timeout, writable paths. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import (
    Anything,
    ContainerPath,
    CpuUnits,
    Image,
    Mebibytes,
    Name,
    PortNumber,
    Text,
    VariableName,
)

# ECS API reference, HealthCheck: each from … to, in seconds but for the retries.
_HEALTH_BOUNDS = {
    "interval_seconds": (5, 300),
    "timeout_seconds": (2, 60),
    "retries": (1, 10),
    "start_period_seconds": (0, 300),
}
# A program that lists processes, as a word of a command.
_PROCESS_LISTS = re.compile(r"(?<![\w:./-])(?:/\S*/)?(pgrep|pidof|pkill|killall|ps)(?![\w./-])")
SCRATCH = "/tmp"  # noqa: S108 - of a container: in memory and its own
_LONGEST_STOP = 120  # ECS developer guide, "Task definition parameters for Fargate", stopTimeout

# ECS API: ContainerDefinition, user.
_User = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?",
        longest=65,
        allowed="a user, or user:group, by names or numbers",
    ),
]
# Docker documentation, "Docker object labels".
_LabelName = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9][A-Za-z0-9_./-]*",
        longest=255,
        allowed="the name of a label, such as com.example.service",
    ),
]
# Linux, fs.nr_open: the most that a process may open.
_OpenFiles = Annotated[int, Field(ge=1, le=1_048_576)]


@settings
class HealthCheck:
    """Health check of a container, by a command. ECS replaces a task whose essential container fails it.

    `command` starts with CMD (run directly) or CMD-SHELL (run by the image's shell). It asks the service
    itself: ECS knows without it whether the process runs.
    """

    command: tuple[Anything, ...]
    interval_seconds: int = 30
    timeout_seconds: int = 5
    retries: int = 3
    start_period_seconds: int = 60

    def problems(self) -> Iterator[Problem]:
        """Commands and bounds that ECS would refuse."""
        if len(self.command) < 2 or self.command[0] not in {"CMD", "CMD-SHELL"}:
            why = refusal(
                got=self.command, allowed="CMD or CMD-SHELL, then a command", fix="start it with one of them"
            )
            yield Problem(where="command", what=why)
        yield from _process_list_problems(self.command)
        for name, (lowest, highest) in _HEALTH_BOUNDS.items():
            got = getattr(self, name)
            if not lowest <= got <= highest:
                why = refusal(got=got, allowed=f"{lowest} to {highest}", fix="take a value in between")
                yield Problem(where=name, what=why)


@settings
class RestartPolicy:
    """ECS restarts a container that exits, in its task; one that ran for less than the period it does not.

    Source: ECS API, ContainerRestartPolicy. For a sidecar that is not essential, which nobody replaces
    otherwise, or a container that starts much faster than its task.
    """

    attempt_period_seconds: Annotated[int, Field(ge=60, le=1800)] = 300
    # Exit codes that are no failure, such as 0 of a job that ended.
    ignored_exit_codes: Annotated[tuple[Annotated[int, Field(ge=0, le=255)], ...], Field(max_length=50)] = ()


def http_health(port: int, path: str = "/health") -> HealthCheck:
    """A health check by an HTTP request to the container's port, with curl or wget from the image."""
    url = f"http://127.0.0.1:{port}{path}"
    return HealthCheck(
        command=("CMD-SHELL", f"curl -fsS -o /dev/null {url} || wget -q -O /dev/null {url} || exit 1")
    )


def heartbeat_health(path: str = f"{SCRATCH}/heartbeat", *, minutes: int = 5) -> HealthCheck:
    """A health check of a service without a port, by the age of a file that it touches while it works.

    It fails when the file is missing or older than `minutes`. The image has a shell and `find`.
    """
    return HealthCheck(
        command=("CMD-SHELL", f'test -n "$(find {path} -mmin -{minutes} 2> /dev/null)" || exit 1')
    )


def bash_http_health(port: int, path: str = "/health") -> HealthCheck:
    """A health check by an HTTP request, with bash and coreutils, for images without curl and wget."""
    ask = f"exec 3<> /dev/tcp/127.0.0.1/{port} && printf 'GET {path} HTTP/1.0\\r\\n\\r\\n' >&3"
    return HealthCheck(command=("CMD", "bash", "-c", f"{ask} && head -n 1 <&3 | grep -q ' 200'"))


def _process_list_problems(command: tuple[str, ...]) -> Iterator[Problem]:
    """A command that lists processes. `sh -c "pgrep -f name"` finds its own shell and always succeeds."""
    if found := _PROCESS_LISTS.search(" ".join(command[1:])):
        why = refusal(
            got=f"{found.group(1)}, which finds the shell or the init process with the same words",
            allowed="a command that asks the service itself",
            fix="use http_health, bash_http_health or heartbeat_health; ECS knows when a process has ended",
        )
        yield Problem(where="command", what=why)


@settings
class ContainerSettings:
    """One container of a task.

    `image` is None for the service's own image, which the pipeline deploys; a sidecar names its image.
    `ports` is name → number. `writable_paths` are tmpfs mounts, since the root file system is read-only.
    `cpu` is in CPU units, `memory` in MiB; None sets no limit of its own within the task's.
    """

    image: Image | None = None
    ports: Mapping[Name, PortNumber] = field(default_factory=dict)
    entry_point: tuple[Anything, ...] = ()
    command: tuple[Anything, ...] = ()
    working_directory: ContainerPath | None = None
    user: _User | None = None
    environment: Mapping[VariableName, Anything] = field(default_factory=dict)
    labels: Mapping[_LabelName, Anything] = field(default_factory=dict)
    health_check: HealthCheck | None = None
    # Between SIGTERM and SIGKILL.
    stop_timeout_seconds: int = 30
    # The default on Fargate, set explicitly since AWS has changed it before.
    open_files: _OpenFiles = 65535
    read_only_root: bool = True
    writable_paths: tuple[ContainerPath, ...] = (SCRATCH,)
    writable_mebibytes: Mebibytes = 64
    cpu: CpuUnits | None = None
    memory: Mebibytes | None = None
    essential: bool = True
    # None: ECS replaces the task of an essential container that exits, so that deployments and alarms see it,
    # and leaves another container as it is.
    restarts: RestartPolicy | None = None
    # Container → the condition it must reach first (ECS: dependsOn).
    starts_after: Mapping[Name, Literal["START", "HEALTHY", "COMPLETE", "SUCCESS"]] = field(
        default_factory=dict
    )

    def problems(self) -> Iterator[Problem]:
        """What ECS on Fargate would refuse."""
        if not 0 <= self.stop_timeout_seconds <= _LONGEST_STOP:
            why = refusal(
                got=self.stop_timeout_seconds,
                allowed=f"0 to {_LONGEST_STOP}",
                fix="finish sooner, or keep the work in a queue",
            )
            yield Problem(where="stop_timeout_seconds", what=why)
        for name, number in self.ports.items():
            if not 1 <= number <= 65535:
                why = refusal(got=number, allowed="1 to 65535", fix="correct the number")
                yield Problem(where=f"ports.{name}", what=why)
        for path in (*self.writable_paths, self.working_directory or "/"):
            if not path.startswith("/"):
                why = refusal(got=repr(path), allowed="an absolute path", fix="start it with /")
                yield Problem(where="writable_paths, working_directory", what=why)
