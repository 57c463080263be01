"""The catalogue of all stacks, by name. Pure until a stack is built.

A product registers itself: `stacks/<product>/__init__.py` has `entries()`, `settings.py` has the settings of
its environments. PRODUCTS lists the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from importlib import import_module

from modules.errors import Problem, ProblemsError, refusal
from modules.networking.subnet_plan import overlap_problems
from modules.resilience.recovery.settings import SUFFIX
from modules.settings import collecting_problems
from stacks import account, state_backend
from stacks.entry import Entry
from stacks.state_backend.settings import NAME as STATE_BACKEND

PRODUCTS = ("ohi", "webapp", "booking")
STACKS = "INFRA_STACKS"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# HCP Terraform documentation, "Workspaces": names have 90 characters at most.
_LONGEST = 90
_OF_CDKTF = "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS"


def catalogue() -> dict[str, Entry]:
    """All stacks of the project.

    Raises ProblemsError when two share a name, addresses or a domain, or are of one account and region.
    """
    products = _entries(PRODUCTS)
    of_accounts = account.entries(products, others=(STATE_BACKEND,))
    return checked([*products, *of_accounts, *state_backend.entries([*products, *of_accounts])])


def needed(environ: Mapping[str, str]) -> dict[str, Entry] | None:
    """The stacks of the products that INFRA_STACKS names by their names; None if it names anything else.

    The settings of other products are not imported then, and so not compared with these.
    """
    names = [] if _OF_CDKTF in environ else _patterns(environ.get(STACKS, ""))
    products = [
        product for product in PRODUCTS if any(name.startswith(f"{_prefix(product)}-") for name in names)
    ]
    entries = checked(_entries(products))
    return entries if names and entries.keys() >= {*names} else None


def _entries(products: Iterable[str]) -> list[Entry]:
    # Collects the problems of all products in one error.
    with collecting_problems():
        for product in products:
            _import_settings(product)
    return [entry for product in products for entry in import_module(f"stacks.{product}").entries()]


def _import_settings(product: str) -> None:
    module = f"stacks.{product}.settings"
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        why = refusal(
            got=f"{product!r} without stacks/{product}/settings.py",
            allowed="products whose folder is there",
            fix="remove the name, or restore the folder",
        )
        raise ProblemsError.one("PRODUCTS in stacks/catalogue.py", why) from None


def _prefix(product: str) -> str:
    """What the names of a product's stacks begin with, by its folder."""
    return product.replace("_", "-")


def checked(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by name.

    Raises ProblemsError for wrong or shared names, overlapping networks, shared domains, a second stack of an
    account in a region, and a recovery without its stack.
    """
    by_name: dict[str, Entry] = {}
    problems: list[Problem] = []
    for entry in entries:
        if entry.name in by_name:
            problems.append(Problem(where=entry.name, what="is in the catalogue twice; rename one"))
        elif not _NAME.fullmatch(entry.name) or len(entry.name) > _LONGEST:
            why = refusal(
                got=f"{entry.name!r}, {len(entry.name)} characters",
                allowed=f"lower-case words joined by '-', {_LONGEST} characters at most",
                fix="rename it: it is a part of the state's key, and of policies' names",
            )
            problems.append(Problem(where="name of a stack", what=why))
        by_name[entry.name] = entry
    networks = {entry.name: cidr for entry in by_name.values() for cidr in entry.networks}
    problems += overlap_problems(networks)
    problems += _domain_problems(by_name.values())
    problems += _account_problems(by_name.values())
    problems += _recovery_problems(by_name.values())
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


def _recovery_problems(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Settings that ask for a recovery which no stack is."""
    taking_over = {entry.recovery_of for entry in entries}
    for entry in entries:
        if entry.recovery and entry.name not in taking_over:
            why = refusal(
                got=f"a recovery in {entry.recovery.region}, and no stack that takes over there",
                allowed=f"{entry.name}{SUFFIX} in the catalogue",
                fix="give the product RECOVERIES, as stacks/ohi has them: docs/recovery.md",
            )
            yield Problem(where=f"{entry.name}.recovery", what=why)


def _account_problems(entries: Iterable[Entry]) -> Iterator[Problem]:
    """AWS allows one recorder, one delivery channel and one detector for an account and region."""
    owners: dict[tuple[str | None, str], str] = {}
    for entry in entries:
        if not entry.governs:
            continue
        place = (entry.account_id, entry.regions[0])
        if place in owners:
            of = f"account {entry.account_id}" if entry.account_id else "the account"
            why = refusal(
                got=f"a second stack of {of} in {place[1]}, which {owners[place]} is",
                allowed="one for each account and region: AWS has one Config recorder and one detector there",
                fix="remove one of the two",
            )
            yield Problem(where=entry.name, what=why)
        owners.setdefault(place, entry.name)


def selected(entries: dict[str, Entry], environ: Mapping[str, str]) -> list[Entry]:
    """The entries that INFRA_STACKS names; all where the CDKTF command line runs the synthesis.

    `cdktf deploy OTHER` would otherwise deploy what an earlier synthesis wrote for OTHER: CDKTF doesn't say
    which stack it was asked for. The variable is one that it sets (cdktf-cli 0.21, synth-stack.js).
    """
    patterns = "" if _OF_CDKTF in environ else environ.get(STACKS, "")
    return select(entries, patterns)


def select(entries: dict[str, Entry], patterns: str) -> list[Entry]:
    """The entries that match a comma-separated list of names and globs; all for an empty list.

    Raises ProblemsError with the known names when a pattern matches none.
    """
    wanted = _patterns(patterns) or ["*"]
    if problems := list(_unknown(entries, wanted)):
        raise ProblemsError(problems)
    return [entry for name, entry in entries.items() if any(fnmatchcase(name, one) for one in wanted)]


def _patterns(text: str) -> list[str]:
    return [pattern.strip() for pattern in text.split(",") if pattern.strip()]


def _unknown(entries: dict[str, Entry], patterns: list[str]) -> Iterator[Problem]:
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in entries):
            why = refusal(got=repr(pattern), allowed=", ".join(entries), fix="name one of these, or a glob")
            yield Problem(where=STACKS, what=why)
