"""DB instance classes: memory, and the maximum of connections derived from it. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from ...errors import refusal

_T = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_M = {
    "large": 8,
    "xlarge": 16,
    "2xlarge": 32,
    "4xlarge": 64,
    "8xlarge": 128,
    "12xlarge": 192,
    "16xlarge": 256,
}
_R = {size: 2 * memory for size, memory in _M.items()}
# Memory in GiB. Amazon RDS user guide, "Hardware specifications for DB instance classes".
MEMORY_GIB: dict[str, int] = {
    f"db.{family}.{size}": memory
    for families, sizes in ((("t3", "t4g"), _T), (("m6g", "m7g"), _M), (("r6g", "r7g"), _R))
    for family in families
    for size, memory in sizes.items()
}

# Amazon RDS user guide, "Maximum number of database connections": PostgreSQL's default is
# LEAST(DBInstanceClassMemory / 9531392, 5000), in bytes.
_BYTES_A_CONNECTION, _MAX_CONNECTIONS = 9_531_392, 5_000
# DBInstanceClassMemory excludes the memory of the operating system and of RDS's processes; AWS documents no
# figure for it. This is a conservative estimate. The parameter max_connections is set to the result, so that
# the connection budget is exact.
_SYSTEM_GIB, _USABLE_SHARE = 0.25, 0.95


def _known(instance_class: str) -> str:
    if instance_class not in MEMORY_GIB:
        allowed = ", ".join(MEMORY_GIB)
        raise ValueError(refusal(got=repr(instance_class), allowed=allowed, fix="take one of these"))
    return instance_class


InstanceClass = Annotated[str, AfterValidator(_known)]


def max_connections(instance_class: InstanceClass) -> int:
    """The value of the parameter max_connections for an instance class."""
    usable = (MEMORY_GIB[instance_class] - _SYSTEM_GIB) * _USABLE_SHARE * 2**30
    return min(int(usable / _BYTES_A_CONNECTION), _MAX_CONNECTIONS)
