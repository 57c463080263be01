"""Every stack by name, with its settings. Pure until a stack is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from backend import BackendSettings, s3_states
from modules.errors import Problem, ProblemsError, refusal
from modules.networking.subnet_plan import overlap_problems
from modules.settings import collecting_problems
from modules.tagging import OHI_TAGS, TagPolicy

if TYPE_CHECKING:
    # Importing it starts Node; names and settings do not need it.
    from constructs import Construct

with collecting_problems():
    from stacks.ohi import settings as ohi
    from stacks.ohi.schema import OhiSettings
    from stacks.webapp import settings as webapp
    from stacks.webapp.schema import WebappSettings
from stacks.state_backend import settings as state_backend


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One stack: its name, what builds it, the networks and public names it takes, and how it is tagged."""

    name: str
    build: Callable[[Construct, BackendSettings], object]
    networks: tuple[IPv4Network, ...] = ()
    domains: tuple[str, ...] = ()
    tag_policy: TagPolicy = OHI_TAGS


def ohi_entry(settings: OhiSettings) -> Entry:
    """The stack of one OHI environment."""
    name = settings.environment.naming.base

    def build(scope: Construct, state: BackendSettings) -> object:
        from stacks.ohi.stack import OhiStack

        return OhiStack(scope, name, settings=settings, state=state)

    domains = tuple(dict.fromkeys((settings.zone.domain, *settings.website.domains)))
    return Entry(name=name, build=build, networks=(settings.network.cidr,), domains=domains)


def webapp_entry(settings: WebappSettings) -> Entry:
    """The stack of one Web app environment."""
    name = settings.environment.naming.base

    def build(scope: Construct, state: BackendSettings) -> object:
        from stacks.webapp.stack import WebappStack

        return WebappStack(scope, name, settings=settings, state=state)

    return Entry(
        name=name,
        build=build,
        networks=(settings.network.cidr,),
        domains=settings.hosts,
        tag_policy=settings.environment.tags.policy,
    )


def state_backend_entry(stacks: Iterable[str]) -> Entry:
    """The stack that holds the states of `stacks` and its own."""
    names = (*stacks, state_backend.NAME)

    def build(scope: Construct, state: BackendSettings) -> object:
        from stacks.state_backend.stack import StateBackendStack

        settings = state_backend.state_backend_settings(s3_states(), names)
        return StateBackendStack(scope, settings=settings, state=state)

    return Entry(name=state_backend.NAME, build=build)


def catalogue() -> dict[str, Entry]:
    """Every stack of the project, by name. Raises ProblemsError when two share anything."""
    products = [ohi_entry(settings) for settings in (ohi.DEV, ohi.STAGING, ohi.PROD)]
    products += [webapp_entry(settings) for settings in (webapp.DEV, webapp.STAGING, webapp.PRODUCTION)]
    return checked([*products, state_backend_entry(entry.name for entry in products)])


def checked(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by name, none of which shares anything with another."""
    by_name: dict[str, Entry] = {}
    problems: list[Problem] = []
    for entry in entries:
        if entry.name in by_name:
            problems.append(Problem(where=entry.name, what="is in the catalogue twice; rename one"))
        by_name[entry.name] = entry
    networks = {entry.name: cidr for entry in by_name.values() for cidr in entry.networks}
    problems += overlap_problems(networks)
    problems += _domain_problems(by_name.values())
    if problems:
        raise ProblemsError(problems)
    return by_name


def _domain_problems(entries: Iterable[Entry]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for entry in entries:
        for domain in entry.domains:
            if domain in owners:
                why = refusal(
                    got=f"{domain}, which {owners[domain]} has",
                    allowed="a domain of its own for each environment",
                    fix="change one of the two",
                )
                yield Problem(where=f"{entry.name}.domain", what=why)
            owners.setdefault(domain, entry.name)


def select(entries: dict[str, Entry], patterns: str) -> list[Entry]:
    """The entries that a comma-separated list of names and globs names; all of them for an empty one.

    Raises ProblemsError listing the known names when a pattern names none.
    """
    wanted = [pattern.strip() for pattern in patterns.split(",") if pattern.strip()] or ["*"]
    if problems := list(_unknown(entries, wanted)):
        raise ProblemsError(problems)
    return [entry for name, entry in entries.items() if any(fnmatchcase(name, one) for one in wanted)]


def _unknown(entries: dict[str, Entry], patterns: list[str]) -> Iterator[Problem]:
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in entries):
            why = refusal(got=repr(pattern), allowed=", ".join(entries), fix="name one of these, or a glob")
            yield Problem(where="stack", what=why)
