"""Settings of recovery in a second region. Pure."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from ipaddress import IPv4Network

from ...errors import Problem, refusal
from ...naming import Naming
from ...offers.checks import region_problems, zone_problems
from ...offers.table import offers
from ...regions import partition
from ...settings import settings
from ...values import Region

# What the name of a recovery stack ends with, behind that of its primary.
SUFFIX = "-recovery"


class RecoveryTier(StrEnum):
    """What stands ready in the second region (AWS whitepaper "Disaster Recovery of Workloads on AWS")."""

    BACKUP = "backup"  # copies of the data alone: the stack is created when it is needed
    PILOT_LIGHT = "pilot-light"  # a replica of the database, network and load balancer; services at zero


@settings
class Recovery:
    """Where an environment, the primary, comes up again when its region is lost.

    `cidr`: the network there, which overlaps no other, so that the two can be connected.
    """

    region: str
    tier: RecoveryTier
    cidr: IPv4Network

    def problems(self) -> Iterator[Problem]:
        """A region that AWS does not have."""
        yield from (Problem(where="region", what=one.what) for one in region_problems(self.region))

    def primary_problems(self, *, region: str, cidr: IPv4Network, zones: Sequence[str]) -> Iterator[Problem]:
        """The primary's own region, one of another partition or without its zones, a network that overlaps.

        What classes of databases and caches a region offers is checked when its stack is synthesized
        (`modules.offers.document`).
        """
        if self.region == region:
            why = refusal(
                got=f"{region}, the primary's own",
                allowed="another region: both would be lost together",
                fix="name one, such as that of copy_regions",
            )
            yield Problem(where="recovery.region", what=why)
        # Nothing across regions spans partitions (AWS whitepaper "AWS Fault Isolation Boundaries",
        # "Partitions").
        elif partition(self.region) != partition(region):
            why = refusal(
                got=f"{self.region}, a region of the partition {partition(self.region)}",
                allowed=f"a region of the primary's partition, {partition(region)}",
                fix="name one: no account, key or copy spans two partitions",
            )
            yield Problem(where="recovery.region", what=why)
        elif self.region in offers().zones:
            for zone in zones:
                found = zone_problems(f"{self.region}{zone}", self.region)
                yield from (Problem(where="recovery.region", what=one.what) for one in found)
        if self.cidr.overlaps(cidr):
            why = refusal(
                got=f"{self.cidr}, which overlaps {cidr} of the primary",
                allowed="a network of its own",
                fix="change one of the two",
            )
            yield Problem(where="recovery.cidr", what=why)


@settings
class Primary:
    """The environment that a recovery stack takes over from: its names, its region, and the tier."""

    naming: Naming
    region: Region
    tier: RecoveryTier

    @property
    def recovery_naming(self) -> Naming:
        """The names of the recovery stack: `ohi-prod-recovery`."""
        return Naming(product=self.naming.product, environment=f"{self.naming.environment}{SUFFIX}")
