"""Major versions of PostgreSQL on RDS: when they change, and which parameter groups fit them."""

from __future__ import annotations

from copy import copy
from typing import Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import RDSBackend

from aws_emulator.moto_patches import Patch


class ModifyDBInstance(Patch, of=RDSBackend):
    """ModifyDBInstance (Amazon RDS API Reference) for PostgreSQL: "Major version upgrades must be allowed".

    Without ApplyImmediately a new version waits for the maintenance window, and the parameter group with it;
    read replicas in the region are upgraded with their source ("Upgrades of the RDS for PostgreSQL DB
    engine"). A parameter group of another family is refused. moto changes everything at once, whatever fits.
    """

    def modify_db_instance(self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
        """Refuse what does not fit, hold back what waits."""
        database = self.describe_db_instances(db_instance_identifier)[0]
        if database.engine != "postgres":
            return ModifyDBInstance.moto.modify_db_instance(self, db_instance_identifier, db_kwargs)
        given, before = copy(db_kwargs), _major(database.engine_version)
        after = _major(given.get("engine_version") or database.engine_version)
        if after != before and not given.get("allow_major_version_upgrade"):
            message = (
                "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
            )
            raise RDSClientError("InvalidParameterCombination", message)
        _check_family(self, given.get("db_parameter_group_name"), f"postgres{after}")
        if after != before and not given.get("apply_immediately"):
            for waiting in ("engine_version", "db_parameter_group_name"):
                given.pop(waiting, None)
        database = ModifyDBInstance.moto.modify_db_instance(self, db_instance_identifier, given)
        if _major(database.engine_version) != before:
            for replica in database.replicas:
                upgraded = self.databases[replica.rpartition(":")[2]]
                upgraded.engine_version = database.engine_version
                upgraded.db_parameter_group_name = f"default.postgres{after}"
        return database


def _check_family(backend: Any, group: str | None, family: str) -> None:
    found = backend.db_parameter_groups.get(group or "")
    if found is not None and found.family != family:
        message = (
            f"The parameter group {group} with DBParameterGroupFamily {found.family} can't be used for this "
            f"instance. Use a parameter group with DBParameterGroupFamily {family}."
        )
        raise RDSClientError("InvalidParameterCombination", message)


def _major(version: str) -> str:
    return str(version).partition(".")[0]
