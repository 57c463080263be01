"""Public keys and key groups of CloudFront."""

from __future__ import annotations

from typing import Any

from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import CloudFrontBackend, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult, EmptyResult

from aws_emulator.moto_patches import Patch


class _Missing(CloudFrontException):
    def __init__(self, code: str) -> None:
        super().__init__(code, "The specified resource does not exist.")
        self.status_code = 404


class _Taken(CloudFrontException):
    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind}AlreadyExists", "The name is already in use.")
        self.status_code = 409


class _NoSuchKeys(CloudFrontException):
    def __init__(self, ids: list[str]) -> None:
        super().__init__("InvalidArgument", f"The key group refers to unknown public keys: {', '.join(ids)}.")


class KeysOfCloudFront(Patch, of=CloudFrontBackend):
    """CreatePublicKey, GetPublicKey, CreateKeyGroup, GetKeyGroup (Amazon CloudFront API Reference): names are
    unique, a group's keys exist, what doesn't exist is NoSuchPublicKey or NoSuchResource; moto takes every
    name and key, and fails.
    """

    def create_public_key(self: Any, caller_ref: str, name: str, encoded_key: str) -> Any:
        """Create a key whose name is free."""
        if any(key.name == name for key in self.public_keys.values()):
            raise _Taken("PublicKey")
        return KeysOfCloudFront.moto.create_public_key(self, caller_ref, name, encoded_key)

    def get_public_key(self: Any, key_id: str) -> Any:
        """Find a key."""
        if key_id not in self.public_keys:
            raise _Missing("NoSuchPublicKey")
        return self.public_keys[key_id]

    def create_key_group(self: Any, name: str, items: list[str]) -> Any:
        """Create a group whose name is free, of keys that exist."""
        self.check_key_group(name, items, None)
        return KeysOfCloudFront.moto.create_key_group(self, name, items)

    def get_key_group(self: Any, group_id: str) -> Any:
        """Find a group."""
        if group_id not in self.key_groups:
            raise _Missing("NoSuchResource")
        return self.key_groups[group_id]

    def check_key_group(self: Any, name: str, items: list[str], own: str | None) -> None:
        """Refuse a name that another group has, and keys that don't exist."""
        if any(group.name == name and group.id != own for group in self.key_groups.values()):
            raise _Taken("KeyGroup")
        if unknown := [item for item in items if item not in self.public_keys]:
            raise _NoSuchKeys(unknown)


class KeyGroupCalls(Patch, of=CloudFrontResponse):
    """UpdateKeyGroup and DeleteKeyGroup (Amazon CloudFront API Reference); moto lacks them."""

    def update_key_group(self: Any) -> ActionResult:
        """Replace the name and the keys of a group."""
        group = self.backend.get_key_group(self._get_param("Id"))
        name, items = self._get_param("KeyGroupConfig.Name"), self._get_param("KeyGroupConfig.Items", [])
        self.backend.check_key_group(name, items, group.id)
        group.name, group.items, group.etag = name, items, random_id(length=14)
        return ActionResult({"KeyGroup": group, "ETag": group.etag})

    def delete_key_group(self: Any) -> EmptyResult:
        """Delete a group."""
        self.backend.key_groups.pop(self.backend.get_key_group(self._get_param("Id")).id)
        return EmptyResult()
