"""What Amazon EC2 refuses or sets by default in a region. Pages are of its API Reference."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.settings import Settings

from aws_emulator.moto_patches import Patch

_UNBLOCKED = "unblocked"
_METADATA = ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "InstanceMetadataTags")


class RegionDefaults(Patch, of=Settings):
    """EnableSnapshotBlockPublicAccess, EnableImageBlockPublicAccess, ModifyInstanceMetadataDefaults and their
    siblings; moto has none of them.
    """

    def region_default(self: Any, name: str, **changed: Any) -> dict[str, Any]:
        """What one of them is, after a change; "no-preference" and -1 take a value away."""
        kept = self.ec2_backend.__dict__.setdefault("region_defaults", {})
        found: dict[str, Any] = kept.setdefault(name, {})
        found.update({key: value for key, value in changed.items() if value is not None})
        for key in [key for key, value in found.items() if value in ("no-preference", -1)]:
            del found[key]
        return found

    def enable_snapshot_block_public_access(self: Any) -> ActionResult:
        """Block all sharing, or new sharing alone."""
        self.error_on_dryrun()
        return ActionResult(self.region_default("snapshots", State=self._get_param("State")))

    def get_snapshot_block_public_access_state(self: Any) -> ActionResult:
        """The state; nothing is blocked before it was enabled."""
        return ActionResult({"State": _UNBLOCKED, "ManagedBy": "account", **self.region_default("snapshots")})

    def disable_snapshot_block_public_access(self: Any) -> ActionResult:
        """Block nothing."""
        self.error_on_dryrun()
        return ActionResult(self.region_default("snapshots", State=_UNBLOCKED))

    def enable_image_block_public_access(self: Any) -> ActionResult:
        """Block new sharing."""
        self.error_on_dryrun()
        state = self._get_param("ImageBlockPublicAccessState")
        return ActionResult(self.region_default("images", ImageBlockPublicAccessState=state))

    def get_image_block_public_access_state(self: Any) -> ActionResult:
        """The state; here nothing is blocked before it was enabled."""
        state = {"ImageBlockPublicAccessState": _UNBLOCKED, **self.region_default("images")}
        return ActionResult({**state, "ManagedBy": "account"})

    def disable_image_block_public_access(self: Any) -> ActionResult:
        """Block nothing."""
        self.error_on_dryrun()
        return ActionResult(self.region_default("images", ImageBlockPublicAccessState=_UNBLOCKED))

    def modify_instance_metadata_defaults(self: Any) -> ActionResult:
        """Change what is given; no-preference and -1 take it away."""
        self.error_on_dryrun()
        self.region_default("metadata", **{name: self._get_param(name) for name in _METADATA})
        return ActionResult({"Return": True})

    def get_instance_metadata_defaults(self: Any) -> ActionResult:
        """What is set."""
        return ActionResult({"AccountLevel": self.region_default("metadata")})
