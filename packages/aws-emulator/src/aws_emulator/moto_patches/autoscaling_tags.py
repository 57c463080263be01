"""Tags of Application Auto Scaling's scalable targets."""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling.models import FakeScalableTarget
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from aws_emulator.moto_patches import Patch


def _tags(response: Any, arn: str) -> dict[str, str]:
    targets = response.applicationautoscaling_backend.targets
    found = [one for by_id in targets.values() for one in by_id.values() if one.arn == arn]
    tags: dict[str, str] = found[0].tags if found else {}
    return tags


class ScalableTarget(Patch, of=FakeScalableTarget):
    """ScalableTarget (Application Auto Scaling API Reference) can have tags; moto keeps none."""

    @property
    def tags(self: Any) -> dict[str, str]:
        """Its tags, none at first."""
        held: dict[str, str] = self.__dict__.setdefault("held_tags", {})
        return held


class RegisterScalableTarget(Patch, of=ApplicationAutoScalingResponse):
    """RegisterScalableTarget (Application Auto Scaling API Reference) has Tags; moto leaves them out."""

    def register_scalable_target(self: Any) -> str:
        """Register, then tag."""
        answer: str = RegisterScalableTarget.moto.register_scalable_target(self)
        _tags(self, json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags") or {})
        return answer


class TagResource(Patch, of=ApplicationAutoScalingResponse):
    """TagResource, UntagResource and ListTagsForResource; moto has none of them."""

    def tag_resource(self: Any) -> str:
        """Add or replace tags."""
        _tags(self, self._get_param("ResourceARN")).update(self._get_param("Tags"))
        return "{}"

    def untag_resource(self: Any) -> str:
        """Remove tags by their keys."""
        tags = _tags(self, self._get_param("ResourceARN"))
        for key in self._get_param("TagKeys"):
            tags.pop(key, None)
        return "{}"

    def list_tags_for_resource(self: Any) -> str:
        """The tags of a target."""
        return json.dumps({"Tags": _tags(self, self._get_param("ResourceARN"))})
