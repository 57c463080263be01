"""How xdist's workers share the tests out: whole files, whose fixtures are dear, the longest first.

Not `--dist loadgroup`: xdist 3.8 writes groups into a private field that pytest 9.2 lacks, and then shares
out single tests without a word, so that every worker makes every fixture.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import chain, pairwise, zip_longest
from typing import Any

from xdist.scheduler import LoadScopeScheduling

# Directories whose files share what is dear, and files of which each test makes everything by itself.
TOGETHER = ("tests/terraform/", "tests/stacks/properties/")
APART = ("tests/emulator/test_stacks.py", "tests/operations/sandbox/test_command.py")
# A primary and its recovery stack, and of those the one with the most resources: a run takes no less than it.
STACK = (
    "tests/emulator/test_stacks.py::"
    "test_a_stack_is_applied_paused_resumed_and_destroyed_unless_it_is_protected[{}]"
)
FIRST = STACK.format("ohi-prod")
# Minutes with Terraform and the emulator, else seconds.
LONGEST = (
    FIRST,
    *map(STACK.format, ("webapp-production", "booking-prod")),
    "tests/emulator/test_stacks.py",
    "tests/operations/pause/test_pause_and_resume.py",
    "tests/modules/databases/test_recovery_applied.py",
    "tests/modules/databases/test_upgrade_applied.py",
    "tests/operations/plan/test_plan_applied.py",
    "tests/modules/edge/test_web_acl_applied.py",
    "tests/modules/edge/test_edge_applied.py",
    "tests/modules/pause/test_pause_applied.py",
    "tests/operations/plan/test_plan_refused.py",
    "tests/operations/sandbox/test_command.py",
    "tests/emulator/test_account.py",
    "tests/emulator/test_state_bootstrap.py",
    "tests/modules/resilience/test_media_and_backups_applied.py",
    "tests/operations/drift/test_drift_applied.py",
    "tests/modules/secrets/test_secret_applied.py",
    "tests/modules/databases/test_restore_applied.py",
    "tests/emulator/test_killed_apply.py",
    "tests/emulator/test_network.py",
    "tests/modules/delivery/test_pipeline_applied.py",
    "tests/modules/databases/test_redis_applied.py",
    # They read the plans that the tier above has made, and make only those that are missing.
    "tests/terraform/",
    "tests/operations/deploy/",
    "tests/stacks/properties/",
    "tests/stacks/test_synthesis.py",
)


# Workers that start with short ones.
_FOR_SHORT = 2
# Of the nice values from -20 to 19: a tenth of the share of a process that has none.
_NICE = 10


def stand_back(test: str) -> None:
    """Before each test of a worker: those of the longest have the processors whenever they don't wait.

    What is started later, such as Terraform, is as nice as the worker.
    """
    if test != FIRST and not os.getpriority(os.PRIO_PROCESS, 0):
        os.nice(_NICE)


def scope_of(test: str) -> str:
    """The tests that one worker runs one after the other, by the id of one of them."""
    file = test.partition("::")[0]
    if file in APART:
        return test
    return next((directory for directory in TOGETHER if file.startswith(directory)), file)


def in_order(tests: Sequence[str], workers: int) -> list[str]:
    """Tests: at first long scopes for all workers but two; short ones are evenly between the others.

    Long ones wait for AWS most of the time, and short ones need the processors meanwhile. A worker is always
    given its next scope beforehand: otherwise a long one would wait behind another while a worker is idle.
    """
    scopes: dict[str, list[str]] = {}
    for test in tests:
        scopes.setdefault(scope_of(test), []).append(test)
    ranked = sorted(scopes, key=_rank)
    long = [scope for scope in ranked if _rank(scope) < len(LONGEST)]
    short = ranked[len(long) :]
    first, later = long[: max(1, workers - _FOR_SHORT)], long[max(1, workers - _FOR_SHORT) :]
    # Before each of the later ones, and after the last.
    places = [len(short) * place // (len(later) + 1) for place in range(len(later) + 2)]
    between = [short[start:end] for start, end in pairwise(places)]
    mixed = chain.from_iterable((*some, one) for some, one in zip_longest(between, later))
    return [test for scope in (*first, *filter(None, mixed)) for test in scopes[scope]]


def _rank(scope: str) -> int:
    return next((rank for rank, long in enumerate(LONGEST) if scope.startswith(long)), len(LONGEST))


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives workers whole scopes, in the order in which the tests were collected."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)
