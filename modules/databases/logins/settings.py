"""Settings of an application's logins. Pure."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ...errors import Problem, refusal
from ...functions.database_logins import LOGINS
from ...settings import settings

# PostgreSQL: an identifier has 63 bytes; a login's is the role's, `_` and a letter.
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,60}")


@settings
class LoginSettings:
    """A role without a login, to which the application's objects belong, and two logins that act as it.

    The logins are `<role>_a` and `<role>_b`. A rotation gives the one that is not in use a new password.
    """

    role: str = "app"

    def problems(self) -> Iterator[Problem]:
        """A name that needs quotes, or belongs to PostgreSQL."""
        if not _ROLE.fullmatch(self.role) or self.role.startswith(("pg_", "rds")):
            allowed = "a letter, then up to 60 letters, digits and '_'; not pg_… or rds…"
            yield Problem(where="role", what=refusal(got=repr(self.role), allowed=allowed, fix="rename it"))

    def login_of(self, version: int) -> str:
        """The login of a version: they take turns."""
        return f"{self.role}_{LOGINS[(version - 1) % len(LOGINS)]}"


@settings
class RotatedLoginSettings(LoginSettings):
    """Logins that Secrets Manager rotates by itself, every `rotation_days`.

    `protected` sets `prevent_destroy` on the secret and its key.
    """

    rotation_days: Annotated[int, Field(ge=1, le=1000)] = 30
    protected: bool = True
