"""A primary and its recovery stack: who is whose, and the databases that the one has of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from modules.errors import ProblemsError, refusal
from modules.pause.expressions import ACTIVE
from operations import project, synthesized
from operations.synthesized import SynthesizedStack
from operations.synthesized.stack_json import Json
from stacks.catalogue import catalogue
from stacks.entry import Entry

# As modules/databases/postgresql/origin.py writes it.
_RESTORED = re.compile(r"var\.(?P<name>restore_\w+_from)\b")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The two stacks, each as it is while it serves."""

    primary: SynthesizedStack
    recovery: SynthesizedStack
    tier: str

    def replicas(self) -> Iterator[tuple[str, Json, Json]]:
        """Each instance of both that follows the primary's: address, the primary's, the recovery's."""
        yield from self._both("aws_db_instance", "replicate_source_db")

    def restored(self) -> Iterator[tuple[str, Json, Json, str]]:
        """Each instance that is created from a copy: the same, and the variable that names the copy."""
        written: Mapping[str, Json] = self.recovery.document.get("resource", {}).get("aws_db_instance", {})
        for name, own in self.recovery.resources("aws_db_instance").items():
            if variable := _RESTORED.search(str(written[name].get("snapshot_identifier"))):
                other = self._counterpart("aws_db_instance", name)
                yield f"aws_db_instance.{name}", other, own, variable["name"]

    def clusters(self) -> Iterator[tuple[str, Json, Json]]:
        """Each cluster of both in a global database: address, the primary's, the recovery's."""
        yield from self._both("aws_rds_cluster", "global_cluster_identifier")

    def _both(self, kind: str, argument: str) -> Iterator[tuple[str, Json, Json]]:
        written: Mapping[str, Json] = self.recovery.document.get("resource", {}).get(kind, {})
        for name, own in self.recovery.resources(kind).items():
            source = str(written[name].get(argument) or "")
            if ACTIVE in source or (source and argument != "replicate_source_db"):
                yield f"{kind}.{name}", self._counterpart(kind, name), own

    def _counterpart(self, kind: str, name: str) -> Json:
        """The primary's at the same address. Raises ProblemsError where there is none."""
        if (found := self.primary.resources(kind).get(name)) is None:
            why = refusal(
                got=f"no {kind}.{name} in {self.primary.name}",
                allowed="the database that the recovery stack's follows, at the same address",
                fix="create both from the same settings",
            )
            raise ProblemsError.one(self.recovery.name, why)
        return found


def synthesized_pair(stack: str) -> Pair:
    """Synthesize a primary and its recovery stack. Raises ProblemsError for a stack that has none."""
    entries = catalogue()
    recovery = _recovery_of(stack, entries)
    project.synthesize(INFRA_STACKS=f"{stack},{recovery.name}")
    primary, own = synthesized.read(stack), synthesized.read(recovery.name)
    given = entries[stack].recovery
    return Pair(primary=primary, recovery=own, tier=given.tier.value if given else "")


def _recovery_of(stack: str, entries: Mapping[str, Entry]) -> Entry:
    found = next((one for one in entries.values() if one.recovery_of == stack), None)
    if found:
        return found
    primary = entries[stack].recovery_of
    known = sorted(one.recovery_of for one in entries.values() if one.recovery_of)
    why = refusal(
        got=f"the recovery stack of {primary}" if primary else "a stack without a recovery",
        allowed=", ".join(known) or "none: no settings have recovery=",
        fix="name the primary" if primary else "name one of these, or set recovery= in its settings",
    )
    raise ProblemsError.one(stack, why)
