"""Settings of an environment's secret: generated and entered credentials. Pure."""

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
    """A credential that Secrets Manager generates: letters and digits, which need no escaping in URLs.

    Increase `version` to rotate it. 16 to 128 characters (ElastiCache API: AuthToken; RDS takes 8 to 128).
    """

    length: Annotated[int, Field(ge=16, le=128)] = 40
    version: PositiveInt = 1


@settings
class SecretSettings:
    """The entries of an environment's secret, by key.

    `generated` entries are created at the first deployment; `entered` entries are set by hand afterwards (a
    connection string of another provider, an API key of a third party). `protected` sets `prevent_destroy` on
    the secret and its key; if they are deleted otherwise, AWS keeps both for 30 days.
    """

    generated: Mapping[str, Generated] = field(default_factory=dict)
    entered: tuple[str, ...] = ()
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """Invalid keys, duplicate keys, a secret without entries."""
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
        """A number that changes when an entry is added, removed or rotated."""
        definition = [{key: one.version for key, one in self.generated.items()}, sorted(self.entered)]
        # 52 bits, since JSON numbers are exact up to 53.
        return int(sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:13], 16)

    def check(self, key: str, *, where: str) -> None:
        """Raise ProblemsError with the known keys if `key` is not among them."""
        if key not in self.keys:
            why = refusal(got=repr(key), allowed=", ".join(self.keys), fix="define it in SecretSettings")
            raise ProblemsError.one(where, why)
