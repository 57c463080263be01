"""Renamed database instances of RDS, and the replicas that belong to them."""

from __future__ import annotations

from typing import Any

from moto.rds.exceptions import DBInstanceAlreadyExists
from moto.rds.models import RDSBackend

from aws_emulator.moto_patches import Patch


class ModifyDBInstance(Patch, of=RDSBackend):
    """NewDBInstanceIdentifier (ModifyDBInstance, Amazon RDS API Reference): DBInstanceAlreadyExists.

    "Read replicas associated with a DB instance remain associated with that instance after it is renamed"
    (Amazon RDS user guide, "Renaming a DB instance"). moto's replicas follow whichever gets its name next,
    and one that has the new name is overwritten.
    """

    def modify_db_instance(self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
        """Tell its replicas, and its source, of the new name."""
        new = db_kwargs.get("new_db_instance_identifier")
        if new is None:
            return ModifyDBInstance.moto.modify_db_instance(self, db_instance_identifier, db_kwargs)
        if new in self.databases:
            raise DBInstanceAlreadyExists
        (database,) = self.describe_db_instances(db_instance_identifier)
        before = {database.db_instance_identifier, database.db_instance_arn}
        replicas = [self.find_db_from_id(one) for one in database.replicas]
        source = self.find_db_from_id(database.source_db_instance_identifier) if database.is_replica else None
        renamed = ModifyDBInstance.moto.modify_db_instance(self, db_instance_identifier, db_kwargs)
        for one in replicas:
            one.source_db_instance_identifier = _named(renamed, beside=one)
        if source:
            own = _named(renamed, beside=source)
            source.replicas = [own if one in before else one for one in source.replicas]
        return renamed


def _named(database: Any, *, beside: Any) -> str:
    """An instance as one of a region names it: one of another region by its ARN."""
    here = database.region == beside.region
    return str(database.db_instance_identifier if here else database.db_instance_arn)
