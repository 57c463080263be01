"""Settings of an environment's secret: generated and entered credentials. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from ..errors import Problem, ProblemsError, refusal
from ..settings import settings
from ..values import Name, Positive

# Keys of entries, and names of the variables that containers get.
KEY = re.compile(r"[A-Z][A-Z0-9_]*")
# Entries of a generated credential's versions end like this.
_NUMBERED = re.compile(r".*_V\d+")
_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::\d{12}:(role|user)/[\w+=,.@*/-]+")


@settings
class Generated:
    """A credential that Secrets Manager generates: letters and digits, which need no escaping in URLs.

    Increase `version` by one to rotate it. 16 to 128 characters (ElastiCache API: AuthToken; RDS takes 8 to
    128).
    """

    length: Annotated[int, Field(ge=16, le=128)] = 40
    version: Positive = 1

    def entries(self, key: str) -> tuple[str, ...]:
        """The entries of its versions: the present one, then the one before, which old tasks still use."""
        return tuple(f"{key}_V{number}" for number in (self.version, self.version - 1) if number)


@settings
class SecretSettings:
    """The entries of an environment's secret, by key.

    `generated` entries are created at the first deployment; `entered` entries are set by hand afterwards (a
    connection string of another provider, an API key of a third party). `protected` sets `prevent_destroy` on
    the secret and its key; if they are deleted otherwise, AWS keeps both for 30 days.

    `readers` are ARNs of the roles that plan and deploy (`*` allowed). With them, the secret's resource
    policy denies its values to everyone else but roles whose names begin with the environment's; without
    them, IAM policies alone decide.
    """

    generated: Mapping[str, Generated] = field(default_factory=dict)
    entered: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """Invalid keys, duplicate keys, a secret without entries."""
        for key in self.keys:
            if not KEY.fullmatch(key):
                why = refusal(got=repr(key), allowed="capitals, digits and '_'", fix="rename it")
                yield Problem(where="keys", what=why)
            if _NUMBERED.fullmatch(key):
                allowed = "a name that doesn't end in '_V' and a number: versions of generated entries do"
                yield Problem(where="keys", what=refusal(got=repr(key), allowed=allowed, fix="rename it"))
        for reader in self.readers:
            if not _ROLE_ARN.fullmatch(reader):
                allowed = "the ARN of a role or user, such as arn:aws:iam::123456789012:role/deploy"
                yield Problem(
                    where="readers", what=refusal(got=repr(reader), allowed=allowed, fix="correct it")
                )
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
        versions = {key: one.entries(key) for key, one in self.generated.items()}
        definition = [versions, sorted(self.entered)]
        # 52 bits, since JSON numbers are exact up to 53.
        return int(sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:13], 16)

    def check(self, key: str, *, where: str) -> None:
        """Raise ProblemsError with the known keys if `key` is not among them."""
        if key not in self.keys:
            why = refusal(got=repr(key), allowed=", ".join(self.keys), fix="define it in SecretSettings")
            raise ProblemsError.one(where, why)


# A part of names and, in capitals, of environment variables.
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@settings
class ApiKeySettings:
    """An API key that Secrets Manager generates and rotates by itself, every `rotation_days`.

    A client that reads the key elsewhere than in its task has two rotations' time to take the new one.
    `protected` sets `prevent_destroy` on the secret and its key.
    """

    # Such as `orders`: its clients get ORDERS_API_KEY.
    name: Name
    rotation_days: Annotated[int, Field(ge=1, le=1000)] = 90
    length: Annotated[int, Field(ge=32, le=128)] = 48
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """A name that is none of an environment variable."""
        if not _NAME.fullmatch(self.name):
            allowed = "lower-case words joined by '-', beginning with a letter"
            yield Problem(where="name", what=refusal(got=repr(self.name), allowed=allowed, fix="rename it"))

    @property
    def variable(self) -> str:
        """The variable of what clients send; that of what is accepted ends in S."""
        return f"{self.name.replace('-', '_').upper()}_API_KEY"
