"""What stands ready in the second region: copies, secrets, images, quotas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.aws_errors import CredentialsError, aws_errors
from backend.sessions import session as assumed
from modules.errors import ProblemsError
from operations import synthesized
from operations.deploy.checks import check_account
from operations.deployed import deployed_images
from operations.doctor.account import quotas
from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, missing, ok, warning
from operations.image_references import ecr_image
from operations.recovery.databases import Restored
from operations.recovery.dns import PRIMARY
from operations.recovery.situation import Situation

# A copy that is older than this has missed a day's backup.
_OLD = timedelta(hours=26)
# Of replicas, which are seconds behind unless something is wrong (Amazon RDS user guide, "Monitoring read
# replication": up to five minutes for PostgreSQL without transactions).
_BEHIND = 330
_REPLICATION = "aws_db_instance_automated_backups_replication"
Examine = Callable[[Situation], Iterator[Finding]]


def stacks(situation: Situation) -> Iterator[Finding]:
    """Whether the recovery stack stands by, or serves."""
    name, pair = situation.pair.recovery.name, situation.pair
    where = f"{name} in {pair.recovery.region}"
    if not situation.recovery.is_deployed():
        if pair.tier == "backup":
            yield ok(f"{where} is created by a failover, from copies")
        else:
            yield missing(f"{where} is not deployed", f"deploy it: infra plan {name}")
    elif situation.recovery.is_active():
        yield warning(f"{where} serves", f"to come back: infra recovery {pair.primary.name} failback")
    else:
        yield ok(f"{where} stands by")


def primary(situation: Situation) -> Iterator[Finding]:
    """Whether the primary answers, to Route 53 and to its API."""
    name, region = situation.pair.primary.name, situation.pair.primary.region
    failover = f"to take over: infra recovery {name} failover"
    if not situation.primary_region_answers():
        yield missing(f"the API of {region} does not answer", failover)
    checks = situation.dns.checks(PRIMARY)
    if not checks:
        yield warning("no health check of it", "apply it: its records fail over then")
    elif situation.primary_serves():
        yield ok(f"{name} answers its health checks")
    else:
        yield missing(f"{name} answers no health check", failover)


def dns(situation: Situation) -> Iterator[Finding]:
    """Which record each name points to, and whether the primary is fenced."""
    points = situation.dns.points_to()
    for name in situation.dns.names:
        if name not in points:
            yield missing(f"{name} has no failover records", "apply both stacks")
    for name, role in points.items():
        yield ok(f"{name} points to its {role} record")
    if points and situation.dns.is_fenced():
        fix = f"ends with: infra recovery {situation.pair.primary.name} failback"
        yield warning("the primary is fenced: DNS does not go back by itself", fix)


def databases(situation: Situation) -> Iterator[Finding]:
    """Which region writes each database, and how far its copy is behind."""
    away = situation.pair.recovery.region
    for one in situation.databases:
        region = one.writer()
        if isinstance(one, Restored) and region != away:
            yield ok(f"{one.name} is written in {region}; it would be restored from a copy")
            continue
        if region == away:
            yield ok(f"{one.name} is written in {away}")
            continue
        lag = one.lag()
        written = f"{one.name} is written in {region or 'no region: its writer moves'}"
        if lag is None:
            yield missing(f"{written}; its copy in {away} has no lag", "look at the replica and its events")
        elif lag.seconds > _BEHIND:
            yield warning(f"{written}; its copy is {lag.seconds:g} s behind", "look at the replica's load")
        else:
            yield ok(f"{written}; its copy is {lag.seconds:g} s behind")
    if not situation.databases:
        yield ok("no replica: its data comes from copies")


def copies(situation: Situation) -> Iterator[Finding]:
    """The age of the newest copies of backups there."""
    now = datetime.now(UTC)
    for name, newest in [*_automated(situation), *_vaults(situation)]:
        if newest is None:
            yield missing(f"no copy of {name} yet", "wait for the first backup, then look at its job")
            continue
        age = now - newest
        shown = f"the newest copy of {name} is {age.total_seconds() / 3600:.1f} h old"
        yield warning(shown, "look at the jobs that copy") if age > _OLD else ok(shown)


def _automated(situation: Situation) -> Iterator[tuple[str, datetime | None]]:
    stack, rds = situation.pair.primary, situation.clients.rds
    bodies = stack.resources(_REPLICATION).values()
    sources = [stack.resource(one["source_db_instance_arn"]) for one in bodies]
    for source in sources:
        name = stack.value(source["identifier"])
        found = rds.describe_db_instance_automated_backups(DBInstanceIdentifier=name)
        latest = [
            one.get("RestoreWindow", {}).get("LatestTime") for one in found["DBInstanceAutomatedBackups"]
        ]
        yield name, max(filter(None, latest), default=None)


def _vaults(situation: Situation) -> Iterator[tuple[str, datetime | None]]:
    stack = situation.pair.primary
    for body in stack.resources("aws_backup_vault").values():
        if stack.region_of(body) != situation.pair.recovery.region:
            continue
        name = stack.value(body["name"])
        pages = situation.clients.backup.get_paginator("list_recovery_points_by_backup_vault").paginate(
            BackupVaultName=name
        )
        points = [one["CreationDate"] for page in pages for one in page["RecoveryPoints"]]
        yield f"backups in {name}", max(points, default=None)


def secrets(situation: Situation) -> Iterator[Finding]:
    """The replicas of the primary's secrets."""
    stack, api = situation.pair.primary, situation.clients.secretsmanager
    wanted = [one for one in stack.resources("aws_secretsmanager_secret").values() if one.get("replica")]
    for body in wanted:
        name = stack.value(str(body.get("name") or body.get("name_prefix")))
        found = api.list_secrets(Filters=[{"Key": "name", "Values": [name]}])["SecretList"]
        region = situation.pair.recovery.region
        if found:
            yield ok(f"{found[0]['Name']} is in {region}")
        else:
            yield missing(f"{name} is not in {region}", f"apply it: infra plan {stack.name}")
    if not wanted:
        yield ok("none is replicated")


def images(situation: Situation) -> Iterator[Finding]:
    """Whether the images that the recovery's services would run are in the registry of its region."""
    stack, clients = situation.pair.recovery, situation.clients
    containers = [
        (service.service, one)
        for service in synthesized.services(stack).values()
        for one in service.containers
        if one.image_parameter
    ]
    values = deployed_images(clients.ssm, [str(one.image_parameter) for _, one in containers])
    lacking = []
    for service, one in containers:
        reference = values.get(str(one.image_parameter), "")
        if not reference:
            lacking.append(service)
            yield missing(f"{service}: no parameter {one.image_parameter}", f"apply {stack.name}")
        elif not _is_there(clients.ecr, reference, stack.region):
            lacking.append(service)
            yield missing(
                f"{service}: {reference} is not in {stack.region}",
                f"deploy it: infra deploy {situation.pair.primary.name} {service}=IMAGE",
            )
    if containers and not lacking:
        yield ok(f"the images of {len({one for one, _ in containers})} services are in {stack.region}")


def _is_there(ecr: Any, reference: str, region: str) -> bool:
    image = ecr_image(reference)
    if image is None or image.region != region:
        return False
    wanted = {"imageDigest": image.digest} if image.digest else {"imageTag": image.tag}
    try:
        ecr.describe_images(repositoryName=image.repository, imageIds=[wanted])
    except (ecr.exceptions.ImageNotFoundException, ecr.exceptions.RepositoryNotFoundException):
        return False
    return True


def quota(situation: Situation) -> Iterator[Finding]:
    """The quotas of the second region against what the recovery stack needs."""
    stack = situation.pair.recovery
    target = Target(stack=stack.name, document=stack.document, session=None)
    yield from quotas.findings(replace(target, session=assumed(target.role)))


CHECKS: dict[str, Examine] = {
    "primary": primary,
    "recovery": stacks,
    "DNS": dns,
    "databases": databases,
    "copies": copies,
    "secrets": secrets,
    "images": images,
    "quotas": quota,
}


def findings(situation: Situation) -> list[Finding]:
    """Everything, each failure as a finding: while a region is lost, the rest is shown all the more.

    Raises CredentialsError for credentials that AWS does not take, or that are of another account: nothing
    could be said of the stacks.
    """
    _check_credentials(situation)
    return [replace(one, check=name) for name in CHECKS for one in _listed(CHECKS[name], situation)]


def _listed(examine: Examine, situation: Situation) -> Iterator[Finding]:
    """What a check finds, also before it fails."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield from examine(situation)
    except (BotoCoreError, ClientError, ProblemsError) as error:
        yield _unseen(error)


def _unseen(error: Exception) -> Finding:
    from botocore.exceptions import ClientError

    first = str(error).strip().splitlines()[0]
    said, _, fix = first.rpartition("; ")
    if isinstance(error, ProblemsError) and said:
        return missing(f"could not be looked at: {said}", fix)
    may = isinstance(error, ClientError)
    fix = "sign in with a role that may" if may else "look again once it answers"
    return missing(f"could not be looked at: {first}", fix)


def _check_credentials(situation: Situation) -> None:
    try:
        with aws_errors("AWS"):
            check_account(situation.clients, situation.pair.recovery)
    except CredentialsError:
        raise
    except ProblemsError:
        # A region that does not answer: those who ask it tell.
        return
