"""The steps of a failover: the recovery stack takes over from its primary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from modules.errors import ProblemsError, refusal
from operations import recovery_images
from operations.progress import Step as Shown
from operations.recovery.databases import GlobalDatabase, Instances, Restored
from operations.recovery.deployed import require_deployed
from operations.recovery.dns import SECONDARY
from operations.recovery.situation import Situation
from operations.recovery.steps import Step


class Failover:
    """A failover, by a switchover that loses nothing, or because the primary is lost."""

    def __init__(self, situation: Situation, *, switchover: bool, primary_is_lost: bool) -> None:
        self._situation, self._pair = situation, situation.pair
        self._switchover, self._lost = switchover, primary_is_lost
        self._restored = [one for one in situation.databases if isinstance(one, Restored)]

    def check(self) -> None:
        """Raises ProblemsError for a failover that nobody has said how to make, or that cannot be made."""
        situation, primary = self._situation, self._pair.primary.name
        if self._switchover and self._lost:
            why = refusal(
                got="--switchover and --primary-is-lost",
                allowed="one of the two",
                fix="a switchover needs the primary, and loses nothing",
            )
            raise ProblemsError.one("infra recovery failover", why)
        situation.check()
        if not self._restored:
            require_deployed(situation.recovery)
        self._check_copies()
        if self._switchover and not situation.primary_region_answers():
            why = refusal(
                got=f"no answer from {self._pair.primary.region}",
                allowed="a primary that can be stopped, so that nothing is lost",
                fix="if it is lost, say --primary-is-lost",
            )
            raise ProblemsError.one(primary, why)
        begun = situation.dns.is_fenced() or situation.recovered()
        if not (self._switchover or self._lost or begun) and situation.primary_serves():
            why = refusal(
                got="a primary that answers",
                allowed="--switchover, which stops it first and loses nothing, or --primary-is-lost",
                fix="say which of the two it is",
            )
            raise ProblemsError.one(primary, why)

    def _check_copies(self) -> None:
        """Raises ProblemsError where there is no copy to restore, or where it is there already."""
        situation = self._situation
        if self._restored and self._switchover:
            why = refusal(
                got="--switchover of what is restored from copies",
                allowed="--primary-is-lost",
                fix="a pilot light can be switched over, and back without loss",
            )
            raise ProblemsError.one(self._pair.primary.name, why)
        begun = situation.dns.is_fenced() or situation.recovery.is_active()
        for one in self._restored:
            if one.standby() is not None and not begun:
                why = refusal(
                    got="a database of an earlier failover",
                    allowed="none: it is created from the newest copy",
                    fix=f"destroy {self._pair.recovery.name} first",
                )
                raise ProblemsError.one(one.recovery_name, why)
            if one.standby() is None and one.newest() is None:
                why = refusal(
                    got=f"no copy in {self._pair.recovery.region}",
                    allowed="automated backups, or a recovery point of AWS Backup",
                    fix="look at infra recovery status",
                )
                raise ProblemsError.one(one.primary_name, why)

    def _copies(self) -> dict[str, str]:
        """The variables that name what is restored; none once it is there."""
        missing = [one for one in self._restored if one.standby() is None]
        newest = {one.variable: one.newest() for one in missing}
        return {name: copy.arn for name, copy in newest.items() if copy}

    def steps(self) -> Iterator[Step]:
        """In their order."""
        situation, recovery = self._situation, self._pair.recovery
        if self._switchover:
            yield self._bring_images()
            yield self._stop_writers()
            for database in situation.databases:
                if isinstance(database, Instances):
                    yield self._catch_up(database)
        yield situation.fence(fenced=True)
        for database in situation.databases:
            if isinstance(database, GlobalDatabase):
                yield self._move(database)
        yield self._activate()
        yield situation.services_run(recovery, situation.clients)
        yield situation.points_to(SECONDARY)
        if self._switchover:
            yield situation.settled(situation.primary, paused=True)
        yield situation.settled(situation.recovery, active=True, paused=False)

    def _bring_images(self) -> Step:
        """Those of a deployment that could not note them there; `infra deploy` does, where it can."""
        situation = self._situation

        def differing() -> dict[str, str]:
            return recovery_images.differing(
                (self._pair.primary, situation.primary_clients), (self._pair.recovery, situation.clients)
            )

        def bring(_: Shown) -> None:
            for name, image in differing().items():
                situation.clients.ssm.put_parameter(Name=name, Value=image, Overwrite=True)

        return Step(
            title=f"Let {self._pair.recovery.name} run the images of {self._pair.primary.name}",
            done=lambda: situation.recovered() or not differing(),
            run=bring,
        )

    def _stop_writers(self) -> Step:
        """Of the primary, unless the recovery has the writer already."""
        situation = self._situation
        return Step(
            title=f"Stop the services of {self._pair.primary.name}",
            done=lambda: situation.recovered() or situation.primary.is_paused(),
            run=lambda shown: situation.primary.turn(shown, paused=True),
        )

    def _catch_up(self, database: Instances) -> Step:
        situation = self._situation

        def wait(shown: Shown) -> None:
            stopped = datetime.now(UTC)

            def caught_up() -> bool:
                lag = database.lag()
                return lag is not None and lag.until >= stopped.replace(microsecond=0)

            situation.waiting.until(caught_up, shown, f"what {database.primary_name} wrote")

        return Step(
            title=f"Wait until {database.recovery_name} has what {database.primary_name} wrote",
            done=lambda: database.writer() != self._pair.primary.region,
            run=wait,
        )

    def _move(self, database: GlobalDatabase) -> Step:
        situation, region = self._situation, self._pair.recovery.region

        def run(shown: Shown) -> None:
            database.move(region, loses=not self._switchover)
            situation.waiting.until(lambda: database.writer() == region, shown, f"the writer in {region}")

        return Step(
            title=f"Move the writer of {database.name} to {region}",
            done=lambda: database.writer() == region,
            run=run,
            asks=lambda: self._question(database),
        )

    def _activate(self) -> Step:
        """By the variable alone: it promotes replicas of RDS, and starts the services."""
        situation, recovery = self._situation, self._pair.recovery
        replicas = [one for one in situation.databases if isinstance(one, Instances)]

        def done() -> bool:
            promoted = all(one.writer() == recovery.region for one in situation.databases)
            serves = situation.recovery.is_active() and promoted
            return serves and situation.services_wanted(recovery, situation.clients)

        def question() -> str:
            waiting = [one for one in replicas if one.writer() == self._pair.primary.region]
            return " ".join(map(self._question, waiting)) or f"Start {self._pair.recovery.name}?"

        def run(shown: Shown) -> None:
            situation.recovery.turn(shown, given=self._copies(), active=True, paused=False)
            if self._restored:
                # The provider sets backups, windows and Performance Insights of what it restored only now.
                situation.recovery.turn(shown, active=True, paused=False)

        promoted = ", ".join(one.recovery_name for one in replicas)
        verb = "Restore" if self._restored else "Promote"
        title = f"{verb} {promoted}, and start" if promoted else "Start"
        return Step(
            title=f"{title} the services of {self._pair.recovery.name}",
            done=done,
            run=run,
            asks=question,
        )

    def _question(self, database: Instances | GlobalDatabase) -> str:
        name, region = database.name, self._pair.recovery.region
        if self._switchover:
            return f"Make {region} the writer of {name}? Nothing is lost: nobody writes any more."
        lag = database.newest() if isinstance(database, Restored) else database.lag()
        since = f"after {lag.until:%Y-%m-%d %H:%M:%S} UTC" if lag else "that its copy does not have"
        return f"Make {region} the writer of {name}? What the primary wrote {since} IS LOST."
