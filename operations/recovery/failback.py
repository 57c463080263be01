"""The steps of a failback: the primary serves again with what its recovery stack wrote."""

from __future__ import annotations

from collections.abc import Iterator

from modules.errors import ProblemsError, refusal
from operations.progress import Step as Shown
from operations.recovery.databases import GlobalDatabase, Instances
from operations.recovery.deployed import require_deployed
from operations.recovery.dns import PRIMARY
from operations.recovery.returning import Returning
from operations.recovery.situation import Situation
from operations.recovery.steps import Step


class Failback:
    """A failback, which loses nothing."""

    def __init__(self, situation: Situation) -> None:
        self._situation, self._pair = situation, situation.pair
        self._moving = [one for one in situation.databases if isinstance(one, GlobalDatabase)]
        instances = [one for one in situation.databases if isinstance(one, Instances)]
        self._returning = [Returning(situation, one) for one in instances]

    def check(self) -> None:
        """Raises ProblemsError while the primary's region does not answer, or somebody applies."""
        situation = self._situation
        situation.check()
        if not situation.primary_region_answers():
            why = refusal(
                got=f"no answer from {self._pair.primary.region}",
                allowed="a region that is back",
                fix=f"wait; {self._pair.recovery.name} goes on serving",
            )
            raise ProblemsError.one(self._pair.primary.name, why)
        require_deployed(situation.primary, situation.recovery)

    def steps(self) -> Iterator[Step]:
        """In their order."""
        situation = self._situation
        yield self._stop_primary()
        for one in self._returning:
            yield from one.before()
        yield self._stop_recovery()
        for one in self._returning:
            yield from one.after()
        for database in self._moving:
            yield self._move(database)
        yield self._start_primary()
        yield situation.services_run(self._pair.primary, situation.primary_clients)
        yield situation.fence(fenced=False)
        yield situation.points_to(PRIMARY)
        yield self._stand_by()
        yield situation.settled(situation.primary, paused=False)
        yield situation.settled(situation.recovery, active=False, paused=False)

    def _is_home(self) -> bool:
        """Whether the primary has all data."""
        region = self._pair.primary.region
        moved = all(one.writer() == region for one in self._moving)
        return moved and all(one.is_home() for one in self._returning)

    def _stop_primary(self) -> Step:
        """It may have come back with its old data: nobody must write there."""
        situation = self._situation
        return Step(
            title=f"Stop the services of {self._pair.primary.name}",
            done=lambda: self._is_home() or situation.primary.is_paused(),
            run=lambda shown: situation.primary.turn(shown, paused=True),
        )

    def _stop_recovery(self) -> Step:
        situation, name = self._situation, self._pair.recovery.name
        question = (
            f"Stop the services of {name}? Nobody is served until those of {self._pair.primary.name} run."
        )
        return Step(
            title=f"Stop the services of {name}",
            done=lambda: self._is_home() or situation.recovery.is_paused(),
            run=lambda shown: situation.recovery.turn(shown, active=True, paused=True),
            asks=lambda: question,
        )

    def _move(self, database: GlobalDatabase) -> Step:
        region = self._pair.primary.region

        def run(shown: Shown) -> None:
            database.move(region, loses=False)
            self._situation.waiting.until(
                lambda: database.writer() == region, shown, f"the writer in {region}"
            )

        return Step(
            title=f"Move the writer of {database.name} to {region}",
            done=lambda: database.writer() == region,
            run=run,
        )

    def _start_primary(self) -> Step:
        situation = self._situation
        primary = situation.primary

        def stale() -> list[str]:
            return [address for one in self._returning for address in one.stale_replicas()]

        def done() -> bool:
            running = not (primary.is_paused() or stale())
            return running and situation.services_wanted(self._pair.primary, situation.primary_clients)

        return Step(
            title=f"Start the services of {self._pair.primary.name}",
            done=done,
            run=lambda shown: primary.turn(shown, replace=stale(), paused=False),
        )

    def _stand_by(self) -> Step:
        recovery, region = self._situation.recovery, self._pair.recovery.region

        def stale() -> list[Returning]:
            return [one for one in self._returning if not one.is_standby()]

        def done() -> bool:
            return not (stale() or recovery.is_active() or recovery.is_paused())

        def run(shown: Shown) -> None:
            again = stale()
            for one in again:
                one.release()
            recovery.turn(shown, replace=[one.address for one in again], active=False, paused=False)

        def question() -> str:
            names = ", ".join(one.name for one in stale())
            anew = f" The copy of {names} in {region} is deleted, and made anew." if names else ""
            return f"Let {self._pair.recovery.name} stand by again?{anew}"

        return Step(
            title=f"Let {self._pair.recovery.name} stand by again",
            done=done,
            run=run,
            asks=question,
        )
