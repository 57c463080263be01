"""Tags of DynamoDB tables."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler

from aws_emulator.moto_patches import Patch


class ListTagsOfResource(Patch, of=DynamoHandler):
    """ListTagsOfResource (Amazon DynamoDB API Reference): "List all tags"; moto pages after ten."""

    def list_tags_of_resource(self: Any) -> ActionResult:
        """All the tags: a table has fifty at most."""
        return ActionResult({"Tags": self.dynamodb_backend.list_tags_of_resource(self.body["ResourceArn"])})
