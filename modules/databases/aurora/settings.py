"""Settings of Aurora PostgreSQL Serverless v2. Pure."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from ...errors import Problem, refusal
from ...offers.checks import support_problems
from ...settings import settings
from ...values import EntryName, Name, Region, Text
from ..common.settings import DEFAULT_VERSION, ServerSettings

# Amazon Aurora user guide, "Maximum connections for Aurora Serverless v2": 189 with a maximum of 1 ACU,
# more for each further ACU (823 with 4); at most 5,000, and 2,000 with a minimum below 1.
_CONNECTIONS_A_UNIT, _MAX_CONNECTIONS, _MAX_OF_SMALL = 189, 5_000, 2_000

# EC2: a zone is a region and a letter.
_Zone = Annotated[
    str,
    Text(
        pattern=r"[a-z]",
        longest=1,
        allowed="a letter, such as a",
    ),
]
_WholeVersion = Annotated[
    str, Text(pattern=r"[0-9]{2}\.[0-9]{1,2}", longest=5, allowed="a whole version such as 16.6")
]


@settings
class AuroraCapacity:
    """Serverless v2 scaling, in Aurora capacity units (ACU, about 2 GiB of memory with CPU).

    With a minimum of 0 the database pauses after `seconds_until_auto_pause` without a connection; resuming
    takes about 15 seconds. Bounds: Amazon Aurora user guide, "Performance and scaling for Aurora Serverless
    v2" and "Scaling to Zero ACUs with automatic pause and resume".
    """

    minimum: Annotated[float, Field(ge=0, le=256)] = 0.5
    maximum: Annotated[float, Field(ge=1, le=256)]
    seconds_until_auto_pause: Annotated[int, Field(ge=300, le=86_400)] | None = None

    @property
    def max_connections(self) -> int:
        """A lower bound of max_connections."""
        most = _MAX_CONNECTIONS if self.minimum >= 1 else _MAX_OF_SMALL
        return min(int(self.maximum * _CONNECTIONS_A_UNIT), most)

    def problems(self) -> Iterator[Problem]:
        """Capacities that Aurora would refuse."""
        for where in ("minimum", "maximum"):
            if (got := getattr(self, where)) * 2 % 1:
                why = refusal(got=got, allowed="a multiple of 0.5", fix=f"take {round(got * 2) / 2:g}")
                yield Problem(where=where, what=why)
        if self.minimum > self.maximum:
            why = refusal(
                got=f"minimum {self.minimum:g} over maximum {self.maximum:g}",
                allowed="a minimum up to the maximum",
                fix="lower the one or raise the other",
            )
            yield Problem(where="minimum", what=why)
        if self.minimum and self.seconds_until_auto_pause:
            why = refusal(
                got=f"{self.seconds_until_auto_pause} with a minimum of {self.minimum:g}",
                allowed="a pause with a minimum of 0",
                fix="set minimum=0 or drop it",
            )
            yield Problem(where="seconds_until_auto_pause", what=why)


@settings
class GlobalPrimary:
    """The cluster is the first of a global database, which has a copy of it in a second region.

    The name of the global database is the cluster's, with `-global`.
    """


@settings
class GlobalSecondary:
    """The cluster is a copy in a second region, read-only until the global database switches to it.

    `name` is that of the global database (such as `shop-prod-aurora-global`), `region` its first cluster's.
    """

    region: Region
    name: Name
    # The whole version that the first cluster runs, such as 16.6, if a new cluster of the major version would
    # get another: all clusters of a global database have one version.
    version: _WholeVersion | None = None


@settings
class AuroraSettings(ServerSettings):
    """An Aurora PostgreSQL cluster with an instance in each of `zones`, the first of which is the writer.

    A zone is a letter of the network's zones. The other instances are readers, and failover targets that
    scale with the writer. RDS manages and rotates the password, but that of a global database, which is an
    entry of a secret (`password_key`).
    """

    capacity: AuroraCapacity
    zones: tuple[_Zone, ...] = ("a", "b")
    name: Name = "aurora"
    # Major version only: AWS retires minor versions, and selects the newest.
    version: Annotated[int, Field(ge=13, le=17)] = DEFAULT_VERSION
    # Backup retention. A week covers an error that is noticed after a holiday.
    backup_days: Annotated[int, Field(ge=7, le=35)] = 7
    managed_password: bool = True
    password_key: EntryName = "DATABASE_PASSWORD"  # noqa: S105 - the name of an entry
    # None: it is in one region.
    global_database: GlobalPrimary | GlobalSecondary | None = None

    def problems(self) -> Iterator[Problem]:
        """Settings that Aurora would refuse."""
        yield from super().problems()
        yield from support_problems("aurora-postgresql", self.version, extended=self.extended_support)
        if not self.zones or len(set(self.zones)) != len(self.zones):
            why = refusal(got=self.zones, allowed="one zone or more, each once", fix="name others")
            yield Problem(where="zones", what=why)
        if self.global_database and self.managed_password:
            # Amazon Aurora user guide, "Password management with Amazon Aurora and AWS Secrets Manager".
            why = refusal(
                got="a password that RDS manages, in a global database",
                allowed="an entry of a secret",
                fix="set managed_password=False, and give the module a secret with the entry",
            )
            yield Problem(where="managed_password", what=why)
        whole = self.global_database.version if isinstance(self.global_database, GlobalSecondary) else None
        if whole and not whole.startswith(f"{self.version}."):
            why = refusal(
                got=f"{whole} with version={self.version}",
                allowed=f"a version of {self.version}",
                fix="correct the one that is wrong",
            )
            yield Problem(where="global_database.version", what=why)

    def zone_problems(self, zones: Sequence[str]) -> Iterator[Problem]:
        """Too few zones of the network, and zones that it lacks."""
        if len(zones) < 2:
            # RDS API: CreateDBSubnetGroup, DBSubnetGroupDoesNotCoverEnoughAZs.
            why = refusal(got=f"a network of {len(zones)} zone", allowed="two or more", fix="add a zone")
            yield Problem(where=f"{self.name}.zones", what=why)
        for zone in self.zones:
            if zone not in zones:
                why = refusal(got=repr(zone), allowed=", ".join(zones), fix="name a zone of the network")
                yield Problem(where=f"{self.name}.zones", what=why)
