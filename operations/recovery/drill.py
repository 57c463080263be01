"""A drill: everything of a failover that can be tried without one, beside what stands by, then torn down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.doctor.findings import Finding, is_healthy, missing, ok
from operations.progress import Step as Shown
from operations.recovery import readiness
from operations.recovery.copies import Copied, copied
from operations.recovery.databases import Restored
from operations.recovery.deployed import require_deployed
from operations.recovery.network import DrillNetwork
from operations.recovery.situation import Situation
from operations.recovery.steps import Step


class Drill:
    """One drill. What it proves and what not: docs/runbooks/region-lost.md."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._network = DrillNetwork(situation.clients, f"{situation.pair.recovery.name}-drill")
        self._copies: list[Copied] = [copied(situation, one) for one in situation.databases]
        self._restored = [one for one in situation.databases if isinstance(one, Restored)]
        self.findings: list[Finding] = []

    def check(self) -> None:
        """Raises ProblemsError for a recovery stack that isn't deployed, or that serves."""
        situation = self._situation
        situation.check()
        if not self._restored:
            require_deployed(situation.recovery)
        if situation.recovery.is_active() or situation.recovered():
            why = refusal(
                got="a recovery stack that serves",
                allowed="one that stands by",
                fix=f"come back first: infra recovery {situation.pair.primary.name} failback",
            )
            raise ProblemsError.one(situation.pair.recovery.name, why)

    def steps(self) -> Iterator[Step]:
        """In their order; the last one tears down what the others, of this run or one before, have made."""
        yield self._once("Look at what stands ready", self._look)
        yield self._once(f"Plan {self._situation.pair.recovery.name} as it would serve", self._plan)
        if self._copies:
            yield Step(
                title=f"Make the network {self._network.name}",
                done=self._network.is_whole,
                run=lambda _: self._network.create(),
            )
        for one in self._copies:
            yield self._once(f"Restore {one.name}, as {one.restored}", partial(self._try, one))
        yield Step(title="Tear it down", done=self._is_gone, run=self.tear_down)

    def report(self) -> dict[str, Any]:
        """For programs, and to keep."""
        return {
            "stack": self._situation.pair.primary.name,
            "recovery": self._situation.pair.recovery.name,
            "region": self._situation.pair.recovery.region,
            "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "passed": is_healthy(self.findings),
            "checks": [asdict(one) for one in self.findings],
        }

    def _once(self, title: str, run: Any) -> Step:
        return Step(title=title, done=lambda: False, run=run)

    def _look(self, _: Shown) -> None:
        self.findings += readiness.findings(self._situation)

    def _plan(self, _: Shown) -> None:
        newest = {one.variable: one.newest() for one in self._restored}
        given = {name: copy.arn for name, copy in newest.items() if copy}
        found = self._situation.recovery.differs(given, active=True, paused=False)
        losing = [one.address for one in found if getattr(one, "loses", None)]
        lost = f"would lose {', '.join(losing)}" if losing else "no data lost"
        self._note("plan", f"{len(found)} changes, {lost}", well=bool(found) and not losing)

    def _try(self, one: Copied, shown: Shown) -> None:
        started = monotonic()
        problems = list(one.restore(self._network, shown))
        took = f"restored in {monotonic() - started:.0f} s from {one.name} in {one.region}"
        self._note("restore", "; ".join(problems) or took, well=not problems)

    def _note(self, check: str, found: str, *, well: bool) -> None:
        finding = ok(found) if well else missing(found, "see docs/runbooks/region-lost.md")
        self.findings.append(replace(finding, check=check))

    def _is_gone(self) -> bool:
        return not (any(one.is_there() for one in self._copies) or self._network.is_there())

    def tear_down(self, shown: Shown) -> None:
        """Delete what this drill, or one that was stopped, has made."""
        for one in self._copies:
            one.delete(shown)
        self._network.delete()
