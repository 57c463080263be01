"""Where a database comes from: it is new, a replica of a primary's, or restored from a copy of one."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResourceLifecycle, TerraformStack, TerraformVariable
from cdktf_cdktf_provider_aws.db_instance import DbInstance

from ...context import Context
from ...errors import ProblemsError, refusal
from ...kms.key import Key
from .settings import PostgresqlSettings, ReplicaOf, RestoredFrom


def new(settings: PostgresqlSettings, *, identifier: str, key: Key) -> dict[str, Any]:
    """The arguments of an instance that is created empty."""
    return {
        "engine_version": str(settings.version),
        "db_name": settings.database,
        "username": settings.user,
        "allocated_storage": settings.storage,
        **_whole(settings),
        **_protected(settings, identifier=identifier, key=key),
    }


def replica(settings: PostgresqlSettings, source: ReplicaOf, *, context: Context) -> dict[str, Any]:
    """The arguments of a replica of a primary's instance in another region, until the stack is active.

    "Removing the replicate_source_db attribute from an existing RDS Replicate database managed by Terraform
    will promote the database to a fully standalone database" (documentation of the provider, aws_db_instance;
    internal/service/rds/instance.go: PromoteReadReplica). It is protected from then on, by RDS alone: the way
    back replaces it by a fresh replica. Raises ProblemsError in a stack that never stands by.
    """
    recovery = context.recovery
    if recovery is None:
        why = refusal(
            got="a replica of another stack's database",
            allowed="it in a recovery stack",
            fix="set standby=True of its context, or drop source",
        )
        raise ProblemsError.one(f"{settings.name}.source", why)
    arn = context.account.arn("rds", f"db:{source.identifier}", region=source.region)
    return {
        # Engine, version, storage, users and passwords are those of the source (RDS API,
        # CreateDBInstanceReadReplica); the provider refuses most of them beside a source.
        "replicate_source_db": recovery.none_once_active(arn),
        "multi_az": settings.multi_az,
        # From the promotion on: a replica has its source's.
        "backup_retention_period": settings.backup_days,
        "backup_window": settings.backup_window,
        "deletion_protection": recovery.is_active if settings.protected else False,
        "skip_final_snapshot": True,
    }


def restored(settings: PostgresqlSettings, *, identifier: str, key: Key) -> dict[str, Any]:
    """The arguments of an instance that is created from a copy, which `restore` names."""
    # Of the copy: version, users, storage, and the key that encrypts it in this region.
    return {**_whole(settings), **_protected(settings, identifier=identifier, key=key, restored=True)}


def restore(instance: DbInstance, settings: PostgresqlSettings) -> None:
    """Create an instance from the copy that the variable `restore_<name>_from` names; creates the variable.

    Its value is the ARN of replicated automated backups, or of a snapshot in this region. It matters at the
    creation alone: later plans do without. A plan that would create the instance without it is refused.
    """
    name = f"restore_{settings.name.replace('-', '_')}_from"
    TerraformVariable(
        TerraformStack.of(instance),
        name,
        type="string",
        default="",
        nullable=False,
        description="The ARN of the replicated automated backups, or of the snapshot in this region, from "
        f"which the database {settings.name} is created. Ignored once it exists.",
    )
    # RDS API: arn:aws:rds:<region>:<account>:snapshot:<name>, or :auto-backup:<id>.
    is_snapshot = f'strcontains(var.{name}, ":snapshot:")'
    instance.add_override("snapshot_identifier", f"${{{is_snapshot} ? var.{name} : null}}")
    instance.add_override(
        "dynamic.restore_to_point_in_time",
        {
            "for_each": f"${{{is_snapshot} ? [] : [var.{name}]}}",
            "content": {
                "source_db_instance_automated_backups_arn": "${restore_to_point_in_time.value}",
                "use_latest_restorable_time": True,
            },
        },
    )
    chosen = "${alltrue([for one in self.restore_to_point_in_time : "
    chosen += 'one.source_db_instance_automated_backups_arn != ""])}'
    missing = f"Say what {settings.name} is created from: -var {name}=<ARN of a copy in this region>"
    instance.add_override("lifecycle.postcondition", [{"condition": chosen, "error_message": f"{missing}."}])


def read_only(settings: PostgresqlSettings) -> bool:
    """Whether the database takes no logins of its own."""
    return isinstance(settings.source, ReplicaOf)


def is_restored(settings: PostgresqlSettings) -> bool:
    """Whether it is created from a copy."""
    return isinstance(settings.source, RestoredFrom)


def _whole(settings: PostgresqlSettings) -> dict[str, Any]:
    return {
        "engine": "postgres",
        "allow_major_version_upgrade": settings.allow_major_upgrade,
        "engine_lifecycle_support": settings.lifecycle_support,
        "multi_az": settings.multi_az,
        # Replicas have none: RDS API, CreateDBInstanceReadReplica, DatabaseInsightsMode.
        "database_insights_mode": "standard",
        "backup_retention_period": settings.backup_days,
        "backup_window": settings.backup_window,
        "delete_automated_backups": not settings.protected,
    }


def _protected(
    settings: PostgresqlSettings, *, identifier: str, key: Key, restored: bool = False
) -> dict[str, Any]:
    ignored = ["restore_to_point_in_time", "snapshot_identifier"] if restored else None
    if not settings.protected:
        lifecycle = TerraformResourceLifecycle(ignore_changes=ignored) if ignored else None
        return {"deletion_protection": False, "skip_final_snapshot": True, "lifecycle": lifecycle}
    return {
        "deletion_protection": True,
        "skip_final_snapshot": False,
        "final_snapshot_identifier": key.suffixed(f"{identifier}-final"),
        # A restored one is there for as long as the primary's region is not.
        "lifecycle": TerraformResourceLifecycle(prevent_destroy=not restored, ignore_changes=ignored),
    }
