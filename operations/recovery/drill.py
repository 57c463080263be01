"""A drill: everything of a failover that can be tried without one, beside what stands by, then torn down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.doctor.findings import Finding, is_healthy, missing, ok, warning
from operations.progress import Step as Shown
from operations.recovery import readiness
from operations.recovery.copies import Copied, copied
from operations.recovery.databases import Restored
from operations.recovery.deployed import require_deployed
from operations.recovery.network import DrillNetwork
from operations.recovery.situation import Situation
from operations.recovery.steps import Step
from operations.restore_test.report import Report

# Whoever has not been seen for so long was killed: seconds.
_SILENCE = 300


class Drill:
    """One drill. What it proves and what not: docs/runbooks/region-lost.md.

    `silence`: after so many seconds without a sign, another drill counts as killed.
    """

    def __init__(self, situation: Situation, *, silence: float = _SILENCE) -> None:
        self._situation = situation
        self._copies = [copied(situation, one, silence=silence) for one in situation.databases]
        self._restored = [one for one in situation.databases if isinstance(one, Restored)]
        self.findings: list[Finding] = []
        self._reports: list[Report] = []

    def check(self) -> None:
        """Raises ProblemsError for a recovery stack that isn't deployed, or serves, and for another drill."""
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
        for one in self._copies:
            one.refuse_another()

    def steps(self) -> Iterator[Step]:
        """In their order; the last one tears down what the others, of this run or one before, have made."""
        yield self._once("Look at what stands ready", self._look)
        yield self._once(f"Plan {self._situation.pair.recovery.name} as it would serve", self._plan)
        for one in self._copies:
            if network := one.network():
                yield Step(
                    title=f"Make the network {network.name}",
                    done=network.is_whole,
                    run=network.create,
                )
            else:
                yield Step(title=f"Take a snapshot of {one.name}", done=one.is_taken, run=one.take)
            title = f"Restore {one.name}, as {one.restored}"
            yield self._once(f"{title}, and check it" if one.check else title, partial(self._try, one))
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
            "restores": [one.json for one in self._reports],
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
        copy = one.copy()
        if copy is None:
            self._note("restore", f"no copy of {one.name} in {one.region}", well=False)
            return
        report = one.restore(copy, shown)
        self._reports.append(report)
        restored = f"restored in {report.restored_in or 0:.0f} s in {one.region}, from {copy.text}"
        self._note("restore", report.why or restored, well=report.succeeded)
        if report.succeeded:
            self.findings.append(replace(self._checked(one, report), check="check"))

    def _checked(self, one: Copied, report: Report) -> Finding:
        if report.exit_code is not None and one.check:
            found = f", which found {json.dumps(report.found)}" if report.found else ""
            return ok(f"{one.name}: content is the check by {one.check.service}{found}")
        primary = self._situation.pair.primary.name
        if one.network():
            why = f"no service of {self._situation.pair.recovery.name} is there before a failover"
            return warning(
                f"{one.name} was not checked: {why}",
                f"infra restore-test {primary} checks the primary's copies",
            )
        why = f"the settings of {primary} have no check"
        return warning(f"{one.name} was not checked: {why}", "RestoreTestSettings(check=…)")

    def _note(self, check: str, found: str, *, well: bool) -> None:
        finding = ok(found) if well else missing(found, "see docs/runbooks/region-lost.md")
        self.findings.append(replace(finding, check=check))

    def _is_gone(self) -> bool:
        return not any(
            (*(one.is_there() for one in self._copies), *(one.is_there() for one in self._networks))
        )

    def tear_down(self, shown: Shown) -> None:
        """Delete what this drill, or one that was stopped, has made."""
        for one in self._copies:
            one.delete(shown)
        for network in self._networks:
            network.delete()

    @property
    def _networks(self) -> list[DrillNetwork]:
        return [network for one in self._copies if (network := one.network())]
