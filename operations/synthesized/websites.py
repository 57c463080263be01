"""The websites of a synthesized stack: what `infra publish` needs to fill their buckets."""

from __future__ import annotations

from dataclasses import dataclass

from modules.terraform_json import blocks
from operations.synthesized.stack import SynthesizedStack
from operations.synthesized.stack_json import ACCOUNT, Json

_SERVICE_TAG = "Service"


@dataclass(frozen=True, kw_only=True)
class Website:
    """A distribution that serves the files of a bucket, by the names that AWS knows."""

    website: str  # the short name, such as website
    bucket_name: str  # with a reference where Terraform inserts the account's number
    region: str
    hosts: tuple[str, ...]
    index_document: str

    def bucket(self, account: str) -> str:
        """The bucket's name in an account."""
        return self.bucket_name.replace(ACCOUNT, account)


def websites(stack: SynthesizedStack) -> dict[str, Website]:
    """The websites of a stack, by short name. A distribution without an index document is none."""
    found = [
        one
        for body in stack.resources("aws_cloudfront_distribution").values()
        if (one := _website(stack, body))
    ]
    return {one.website: one for one in sorted(found, key=lambda one: one.website)}


def _website(stack: SynthesizedStack, body: Json) -> Website | None:
    target = blocks(body["default_cache_behavior"])[0]["target_origin_id"]
    # A website with a replica asks an origin group: its first member is the bucket that is published to.
    groups = {
        one["origin_id"]: blocks(one["member"])[0]["origin_id"] for one in blocks(body.get("origin_group"))
    }
    first = groups.get(target, target)
    origin = next(one for one in blocks(body["origin"]) if one["origin_id"] == first)
    bucket = stack.resource(origin["domain_name"])
    if not body.get("default_root_object") or "bucket" not in bucket:
        return None
    return Website(
        website=body["tags"][_SERVICE_TAG],
        bucket_name=bucket["bucket"],
        region=bucket.get("region") or stack.region,
        hosts=tuple(body.get("aliases") or ()),
        index_document=body["default_root_object"],
    )
