"""Parameter groups of RDS that are in use."""

from __future__ import annotations

from typing import Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import RDSBackend

from aws_emulator.moto_patches import Patch


class DeleteDBParameterGroup(Patch, of=RDSBackend):
    """DeleteDBParameterGroup (Amazon RDS API Reference): it "can't be associated with any DB instances".

    moto deletes it all the same.
    """

    def delete_db_parameter_group(self: Any, db_parameter_group_name: str) -> Any:
        """Refuse to delete a group that an instance has: InvalidDBParameterGroupState."""
        members = [
            one for one in self.databases.values() if one.db_parameter_group_name == db_parameter_group_name
        ]
        if members:
            raise RDSClientError(
                "InvalidDBParameterGroupState",
                "One or more database instances are still members of this parameter group "
                f"{db_parameter_group_name}, so the group cannot be deleted",
            )
        return DeleteDBParameterGroup.moto.delete_db_parameter_group(self, db_parameter_group_name)
