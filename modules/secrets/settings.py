"""Which credentials an environment has, and how they come to be. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from hashlib import sha256
from typing import Annotated

from pydantic import Field, PositiveInt

from ..errors import Problem, ProblemsError, refusal
from ..settings import settings

_KEY = re.compile(r"[A-Z][A-Z0-9_]*")


@settings
class Generated:
    """A credential that AWS makes up: letters and digits, which every protocol and URL takes as they are.

    Raise `version` to rotate it. 16 to 128 characters (ElastiCache API: AuthToken; RDS takes 8 to 128).
    """

    length: Annotated[int, Field(ge=16, le=128)] = 40
    version: PositiveInt = 1


@settings
class SecretSettings:
    """The entries of an environment's secret, by key.

    `generated` are made at the first deployment; `entered` are what people enter afterwards (a connection
    string of another provider, the key of a third party). `protected`: neither the secret nor its key can be
    destroyed by a plan, and AWS keeps both for 30 days if they are deleted otherwise.
    """

    generated: Mapping[str, Generated] = field(default_factory=dict)
    entered: tuple[str, ...] = ()
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """Keys that can't be one, or are defined twice, or none at all."""
        for key in self.keys:
            if not _KEY.fullmatch(key):
                why = refusal(got=repr(key), allowed="capitals, digits and '_'", fix="rename it")
                yield Problem(where="keys", what=why)
        for key in sorted({key for key in self.keys if self.keys.count(key) > 1}):
            yield Problem(where=key, what="is defined twice; keep it among generated or among entered, once")
        if not self.keys:
            yield Problem(where="generated", what="the secret has no entry; define one or drop the secret")

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in the order of definition."""
        return (*self.generated, *self.entered)

    @property
    def fingerprint(self) -> int:
        """A number that changes whenever an entry joins, leaves or is rotated."""
        definition = [{key: one.version for key, one in self.generated.items()}, sorted(self.entered)]
        # 52 bits: what JSON keeps exact.
        return int(sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:13], 16)

    def check(self, key: str, *, where: str) -> None:
        """Raise ProblemsError naming the known keys when nobody defined `key`."""
        if key not in self.keys:
            why = refusal(got=repr(key), allowed=", ".join(self.keys), fix="define it in SecretSettings")
            raise ProblemsError.one(where, why)
