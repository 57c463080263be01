"""The traffic and data that costs assume: `stacks/<product>/usage.toml`, a table for each environment.

The JSON says how many gateways there are, not what passes through them. Figures are those of a month.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from modules.errors import Problem, ProblemsError, refusal
from modules.resilience.recovery.settings import SUFFIX
from operations.project import ROOT

NAME = "usage.toml"
Figure = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Traffic(_Strict):
    """What people and programs do while the stack runs; nothing while it is paused."""

    tasks: dict[str, Figure] = {}  # the average number of tasks, by service; else its desired count
    load_balancer_units: Figure = 0  # load balancer capacity units that are used on average
    internet_gb: Figure = 0  # from the load balancer and the tasks to the internet
    nat_gb: Figure = 0
    endpoint_gb: Figure = 0  # through interface endpoints
    zones_gb: Figure = 0  # between availability zones, counted once for each direction
    log_gb: Figure = 0  # that containers, functions and databases write
    vended_log_gb: Figure = 0  # that AWS writes: flow logs, web ACLs
    web_acl_million_requests: Figure = 0
    function_thousand_invocations: Figure = 0
    function_gb_seconds: Figure = 0
    aurora_units: Figure = 0  # Aurora capacity units of each instance, on average
    aurora_million_requests: Figure = 0  # reads and writes of its storage
    custom_metrics: Figure = 0  # besides those that the JSON shows
    queue_million_requests: Figure = 0  # of SQS: sends, receives, deletions; each 64 KB one
    fifo_queue_million_requests: Figure = 0
    secret_thousand_requests: Figure = 0
    key_thousand_requests: Figure = 0
    pipeline_minutes: Figure = 0  # of all actions but approvals
    build_small_minutes: Figure = 0
    build_medium_minutes: Figure = 0


class Website(_Strict):
    """What CloudFront serves, whether the stack runs or is paused."""

    gb: Figure = 0  # to viewers whose nearest edge is in Europe
    million_requests: Figure = 0
    africa_gb: Figure = 0
    africa_million_requests: Figure = 0
    dns_million_queries: Figure = 0  # that are not answered by an alias

    @property
    def all_million_requests(self) -> float:
        """The requests wherever their viewers are."""
        return self.million_requests + self.africa_million_requests


class Stored(_Strict):
    """What is kept, whether the stack runs or is paused, in GB on average."""

    bucket_gb: Figure = 0
    bucket_thousand_writes: Figure = 0
    bucket_thousand_reads: Figure = 0
    replica_gb: Figure = 0  # in the buckets of other regions
    image_gb: Figure = 0
    file_gb: Figure = 0  # EFS Standard
    file_infrequent_gb: Figure = 0
    log_gb: Figure = 0  # compressed, as CloudWatch keeps it
    database_backup_gb: Figure = 0  # beyond the size of the database, which costs nothing
    aurora_gb: Figure = 0
    aurora_backup_gb: Figure = 0  # beyond the size of the cluster
    cache_backup_gb: Figure = 0
    vault_database_gb: Figure = 0  # AWS Backup's recovery points of RDS
    vault_bucket_gb: Figure = 0
    vault_file_gb: Figure = 0
    copied_gb: Figure = 0  # recovery points in another region
    table_gb: Figure = 0  # DynamoDB


class Audited(_Strict):
    """What an account records and checks in one region; the defaults are assumed of a small account."""

    data_thousand_events: Figure = 100  # reads and writes of the states' buckets
    config_items: Figure = 1500  # resources that change in a day, each day
    config_evaluations: Figure = 1500
    guard_duty_thousand_events: Figure = 500  # CloudTrail's management events
    security_hub_checks: Figure = 10_000


class Usage(_Strict):
    """What an environment is assumed to use in a month."""

    traffic: Traffic = Traffic()
    website: Website = Website()
    stored: Stored = Stored()
    audited: Audited = Audited()


_TABLES: Mapping[str, type[BaseModel]] = {
    "traffic": Traffic,
    "website": Website,
    "stored": Stored,
    "audited": Audited,
}


def file_of(stack: str) -> Path:
    """Where the figures of a stack's product are."""
    return ROOT / "stacks" / _primary(stack).rpartition("-")[0].replace("-", "_") / NAME


def usage(stack: str, file: Path | None = None) -> Usage | None:
    """The assumptions of a stack; None where its product has none. Raises ProblemsError for a wrong file.

    A recovery stack is used as its primary is, whose traffic it takes over.
    """
    source = file or file_of(stack)
    return load(source).get(_environment(stack)) if source.is_file() else None


def missing(stack: str, file: Path | None = None) -> str | None:
    """What a stack without assumptions is estimated without, and how to add them; None where it has some.

    Raises ProblemsError for a wrong file.
    """
    source = file or file_of(stack)
    if usage(stack, source) is not None:
        return None
    assumed = "no traffic and no stored data is assumed"
    if source.parent == ROOT / "stacks" or not source.parent.is_dir():
        return f"It belongs to no product that has a {NAME}: {assumed}."
    environment, where = _environment(stack), f"stacks/{source.parent.name}/{NAME}"
    known = ", ".join(load(source)) if source.is_file() else ""
    lacks = f"has no table of {environment} (it has {known or 'none'})" if source.is_file() else "is missing"
    return (
        f"{where} {lacks}: {assumed}. Add to it, for instance, [{environment}.traffic] with a line "
        f"nat_gb = 100 and [{environment}.stored] with image_gb = 5; operations/cost/usage.py has all names "
        "and units."
    )


def none_of(stack: str, what: Iterable[str]) -> str:
    """What a stack's assumptions have nothing of, though it has what would be paid for it."""
    return (
        f"Assumed as none, since {_shown(file_of(stack))} has no figure of it: {', '.join(what)}. "
        "operations/cost/usage.py has the names and units."
    )


def _shown(file: Path) -> str:
    """A file by its path from the project's root, where it is below it."""
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file)


def _environment(stack: str) -> str:
    return _primary(stack).rpartition("-")[2]


def _primary(stack: str) -> str:
    return stack.removesuffix(SUFFIX)


def load(file: Path) -> dict[str, Usage]:
    """The assumptions of a product's environments. Raises ProblemsError with all that is wrong."""
    where = _shown(file)
    try:
        tables = tomllib.loads(file.read_text())
    except tomllib.TOMLDecodeError as error:
        raise ProblemsError.one(where, f"is no TOML: {error}") from None
    found: dict[str, Usage] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        try:
            found[name] = Usage.model_validate(table)
        except ValidationError as error:
            problems += [
                Problem(where=f"{where}: {'.'.join(map(str, (name, *one['loc'])))}", what=_why(one))
                for one in error.errors()
            ]
    if problems:
        raise ProblemsError(problems)
    return found


def _why(error: ErrorDetails) -> str:
    """What is wrong with a figure: the names that its table has, or those that are near."""
    if error["type"] != "extra_forbidden":
        is_figure = len(error["loc"]) > 1
        allowed = "a number that is 0 or more" if is_figure else "a table of figures"
        return refusal(got=repr(error["input"]), allowed=allowed, fix="correct it")
    *tables, wrong = map(str, error["loc"])
    names = list((_TABLES[tables[0]] if tables else Usage).model_fields)
    near = get_close_matches(wrong, names, n=3)
    allowed = ", ".join(near or names)
    return refusal(got=repr(wrong), allowed=allowed, fix="operations/cost/usage.py has all names and units")
