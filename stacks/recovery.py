"""The settings of a recovery stack, made from those of its primary, as all products make them. Pure.

The same class of a product composes both. What differs hangs on `primary` in the settings: what there is
once, such as the zone and the website, belongs to the primary's stack.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from modules.databases.aurora.settings import AuroraSettings, GlobalSecondary
from modules.databases.postgresql.settings import PostgresqlSettings, ReplicaOf, RestoredFrom
from modules.edge.load_balancer.settings import LoadBalancerSettings
from modules.errors import ProblemsError, refusal
from modules.naming import Limit
from modules.resilience.recovery.settings import Primary, Recovery, RecoveryTier
from stacks.environment import Environment, EnvironmentSettings, PublicEnvironmentSettings

_Settings = TypeVar("_Settings", bound=PublicEnvironmentSettings)


def recovered(primary: _Settings, **different: Any) -> _Settings:
    """The settings of the stack that takes over from `primary`: its own, but for region, network and names.

    `different`: fields that a product sets for its recovery. Raises ProblemsError for an environment without
    a recovery, or without the parts that fail over.
    """
    environment, recovery = primary.environment, primary.recovery
    if recovery is None:
        why = refusal(
            got="an environment without a recovery",
            allowed="one with recovery=Recovery(…) in its settings",
            fix="set it, or leave out its recovery stack",
        )
        raise ProblemsError.one(environment.naming.base, why)
    if not hasattr(primary, "load_balancer"):
        why = refusal(
            got=f"{type(primary).__name__}, which has no load balancer that fails over",
            allowed="settings of a PublicEnvironmentSettings, of a stack with a Foundation",
            fix="compose the product as stacks/ohi first, or set recovery=None",
        )
        raise ProblemsError.one(environment.naming.base, why)
    if problem := _tier_problem(recovery, different.get("database")):
        raise ProblemsError.one(f"{environment.naming.base}.recovery.tier", problem)
    known = Primary(naming=environment.naming, region=environment.region, tier=recovery.tier)
    common = {
        "environment": _environment(environment, known, region=recovery.region),
        "network": replace(
            primary.network,
            cidr=recovery.cidr,
            # Nothing needs them before the stack serves; their addresses are kept, which others may allow.
            nat_while_paused=False,
        ),
        "recovery": None,
        "primary": known,
        # The website, which alone needs that of CloudFront, is the primary's. So is the record that validates
        # both: "the CNAME validation token works for any AWS Region" (AWS Certificate Manager user guide,
        # "DNS validation").
        "certificate": replace(primary.certificate, for_cloudfront=False, validation_records=False),
        "load_balancer": _second(primary.load_balancer),
    }
    return replace(primary, **{**common, **different})


def _tier_problem(recovery: Recovery, database: object) -> str | None:
    """A tier that says something else than how the database comes there; commands go by the tier."""
    match database:
        case PostgresqlSettings():
            replica = isinstance(database.source, ReplicaOf)
        case AuroraSettings():
            replica = isinstance(database.global_database, GlobalSecondary)
        case _:
            return None
    composed = RecoveryTier.PILOT_LIGHT if replica else RecoveryTier.BACKUP
    if recovery.tier is composed:
        return None
    return refusal(
        got=f"{recovery.tier} with a database that is {'a replica' if replica else 'created from a copy'}",
        allowed=composed,
        fix="correct the tier, or take the database of the other one in recovery_of (stacks/recovery.py)",
    )


def replica_of(database: PostgresqlSettings, primary: EnvironmentSettings) -> PostgresqlSettings:
    """The read replica of a primary's database, for a pilot light; without replicas and copies of its own."""
    environment = primary.environment
    identifier = environment.naming.of(Limit.DATABASE, database.name)
    source = ReplicaOf(region=environment.region, identifier=identifier)
    return replace(database, source=source, replicas=(), copies=None)


def restored_from(database: PostgresqlSettings) -> PostgresqlSettings:
    """The database that is created from the newest copy of a primary's, without copies of its own."""
    return replace(database, source=RestoredFrom(), copies=None)


def copy_of(database: AuroraSettings, primary: EnvironmentSettings) -> AuroraSettings:
    """The secondary cluster of a primary's global database."""
    environment = primary.environment
    name = environment.naming.of(Limit.DATABASE, database.name, "global")
    return replace(database, global_database=GlobalSecondary(region=environment.region, name=name))


def _second(primary: LoadBalancerSettings) -> LoadBalancerSettings:
    """The load balancer that Route 53 answers with while the primary's is unhealthy."""
    failover = replace(primary.failover, role="SECONDARY") if primary.failover else None
    return replace(primary, failover=failover)


def _environment(environment: Environment, primary: Primary, *, region: str) -> Environment:
    """The names and tags of the recovery. Its data is copied to no third region."""
    naming = primary.recovery_naming
    values = {**environment.tags.values, "Environment": naming.environment}
    return replace(
        environment,
        naming=naming,
        tags=replace(environment.tags, values=values),
        region=region,
        copy_regions=(),
    )
