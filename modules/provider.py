"""The versions of the AWS provider: what the modules are written for, and what is proven here. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .errors import Problem, refusal
from .settings import settings

# 5.100.0 has all that the modules use by default. The bindings are generated from 6.25.0; nobody knows 7.
OLDEST, UNSUPPORTED = "5.100.0", "7.0.0"
_VERSION = re.compile(r"\d+\.\d+\.\d+")


class Requirement(NamedTuple):
    """A setting that needs a newer provider than the modules do otherwise."""

    version: str
    setting: str


@settings
class ProviderVersions:
    """The versions of the AWS provider that Terraform may take for a stack.

    By default all that the modules are written for; environments have PROVEN, which the tests apply with.
    docs/versions.md says what to know of newer ones.
    """

    # The lowest; a setting that needs a newer one raises it.
    oldest: str = OLDEST
    # The first that is refused.
    before: str = UNSUPPORTED

    def constraint(self, *required: str) -> str:
        """Terraform's version constraint; `required` are versions that settings need at least."""
        return f">= {max((self.oldest, *required), key=_numbers)}, < {self.before}"

    def reach(self, version: str) -> bool:
        """Whether there may be such a version, or a newer one."""
        return _numbers(version) < _numbers(self.before)

    def problems(self) -> Iterator[Problem]:
        """A version that is none; one that the modules are not written for; no version at all."""
        for where, version in (("oldest", self.oldest), ("before", self.before)):
            if not _VERSION.fullmatch(version):
                why = refusal(got=repr(version), allowed="a version such as 6.25.0", fix="correct it")
                yield Problem(where=where, what=why)
                return
        if not _numbers(OLDEST) <= _numbers(self.oldest) < _numbers(self.before) <= _numbers(UNSUPPORTED):
            why = refusal(
                got=self.constraint(),
                allowed=f"a part of >= {OLDEST}, < {UNSUPPORTED}, which the modules are written for",
                fix="raise oldest=, or change before=",
            )
            yield Problem(where="oldest", what=why)


def admits(constraint: str, version: str) -> bool:
    """Whether a constraint of Terraform allows a version; an empty one does."""
    found = _numbers(version)
    return all(_clause(clause.strip(), found) for clause in constraint.split(",") if clause.strip())


def _clause(clause: str, version: tuple[int, ...]) -> bool:
    sign, bound = re.sub(r"[\d.\s]", "", clause), _numbers(clause)
    if sign == "~>":
        written = len(re.findall(r"\d+", clause))
        return version >= bound and version[: written - 1] == bound[: written - 1]
    return {
        ">=": version >= bound,
        "<=": version <= bound,
        ">": version > bound,
        "<": version < bound,
        "!=": version != bound,
    }.get(sign, version == bound)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    return (*numbers, 0, 0)[:3]


# Every test that applies does so with the oldest: operations/sandbox/workspace.py.
PROVEN = ProviderVersions(before="6.0.0")
