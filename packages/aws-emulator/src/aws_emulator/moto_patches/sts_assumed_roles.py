"""The account of a request that is made as an assumed role."""

from __future__ import annotations

from typing import Any

from moto.core.responses import BaseResponse
from moto.sts.models import sts_backends

from aws_emulator.moto_patches import Patch


class AssumeRole(Patch, of=BaseResponse):
    """AssumeRole (AWS STS API Reference): "you can use the temporary security credentials to
    access AWS resources" of the role's account; moto stays in the one that MOTO_ACCOUNT_ID names.
    """

    def get_current_account(self: Any) -> str:
        """The account of the role whose temporary key signed the request, else the emulator's."""
        key = self.get_access_key()
        for by_partition in list(sts_backends.values()):
            for backend in list(by_partition.values()):
                if role := backend.get_assumed_role_from_access_key(key):
                    return str(role.account_id)
        return str(AssumeRole.moto.get_current_account(self))
