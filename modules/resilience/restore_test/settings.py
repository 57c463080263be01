"""Settings of restore tests. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Anything, Image, Name, Positive, VariableName

_PLACES = re.compile(r"\{(\w*)\}")
_KNOWN = ("host", "port")


@settings
class RestoreCheck:
    """What proves that a restored database is the product's: a command of a service, in a task of its own.

    It runs with the image, the secrets and the roles of the service, and may only read. Exit code 0 is a
    success.
    """

    service: Name
    command: tuple[Anything, ...]
    # What leads the service to the restored database: {host} and {port} are its.
    variables: Mapping[VariableName, Anything] = field(
        default_factory=lambda: {"DATABASE_HOST": "{host}", "DATABASE_PORT": "{port}"}
    )
    minutes: Positive = 15

    def problems(self) -> Iterator[Problem]:
        """No command; no way to the restored database, so that the check would look at the one that runs."""
        if not self.command:
            why = refusal(got="no word", allowed="a program and its arguments", fix="name what checks")
            yield Problem(where="command", what=why)
        named = [place for value in self.variables.values() for place in _PLACES.findall(value)]
        if wrong := [one for one in named if one not in _KNOWN]:
            why = refusal(got=", ".join(wrong), allowed=", ".join(_KNOWN), fix="correct the name")
            yield Problem(where="variables", what=why)
        if "host" not in named:
            why = refusal(
                got=f"{', '.join(self.variables) or 'none'} without {{host}}",
                allowed="a variable with {host}",
                fix="name the variable by which the service finds its database",
            )
            yield Problem(where="variables", what=why)


@settings
class SqlCheck:
    """What proves a restored database where the service has no command for it: a look by SQL.

    A task of `service` runs Python in its image's place, with the service's network, roles, and variables
    DATABASE_NAME, DATABASE_USER and DATABASE_PASSWORD. It counts the tables, reads a row of each, and the
    newest migration of the usual tools.
    """

    service: Name
    # How many tables must be there and readable by the service's login.
    tables: Positive = 1
    # Python 3.11 or later. Of a public registry, which takes no login; name a mirror where tasks can't reach
    # that.
    image: Image = "public.ecr.aws/docker/library/python:3.13-slim"
    minutes: Positive = 15


@settings
class RestoreTestSettings:
    """Restores that are proven. `check`, if there is none, leaves it at a restore that becomes available."""

    check: RestoreCheck | SqlCheck | None = None
    # A restore is tried once a month or more often.
    alarm_days: Positive = 30
