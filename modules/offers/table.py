"""The table of what AWS's regions and engines offer, read when a check first needs it. Pure.

`table.json` has its date and sources in it; `infra offers refresh` writes it. It has only what settings of
this library can name. Every comparison with a date takes the table's, never today's: the same commit
synthesizes the same everywhere and always. `infra doctor` compares with today's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import ProblemsError, refusal

FILE = Path(__file__).with_name("table.json")


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What is offered on `day`.

    `zones`: region → letters of its zones. `missing`: service → class → the regions that lack it; a class
    that is no key is offered nowhere. `lacking`: type of resource → the regions that have none of it, where
    there are some. `support`: engine → major version → the last day of standard support.
    `runtimes`: Lambda runtime → the day of its deprecation, or None.
    """

    day: date
    zones: Mapping[str, str]
    missing: Mapping[str, Mapping[str, Sequence[str]]]
    lacking: Mapping[str, Sequence[str]]
    support: Mapping[str, Mapping[str, date]]
    runtimes: Mapping[str, date | None]

    def classes(self, service: str, region: str) -> list[str]:
        """The classes that a region offers for a service, such as `postgres` or `elasticache`."""
        return [name for name, lacking in self.missing[service].items() if region not in lacking]


@cache
def offers() -> Offers:
    """The table of this package. Raises ProblemsError for a file that is none."""
    try:
        return parsed(json.loads(FILE.read_text()))
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        why = refusal(
            got=f"no table of offers ({type(error).__name__}: {error})",
            allowed="the JSON that `infra offers refresh` writes",
            fix=f"take it back: git checkout {FILE}",
        )
        raise ProblemsError.one(FILE.name, why) from None


def parsed(content: Mapping[str, Any]) -> Offers:
    """The offers in a table's JSON."""
    return Offers(
        day=date.fromisoformat(content["date"]),
        zones=content["zones"],
        missing=content["missing"],
        lacking=content["lacking"],
        support={
            engine: {version: date.fromisoformat(day) for version, day in versions.items()}
            for engine, versions in content["support"].items()
        },
        runtimes={
            name: date.fromisoformat(day) if day else None for name, day in content["runtimes"].items()
        },
    )
