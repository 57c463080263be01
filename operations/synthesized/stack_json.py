"""One stack's JSON: its provider's settings, and its resources while the stack runs or is paused. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from modules.pause.expressions import resolved
from modules.terraform_json import blocks

Json = Mapping[str, Any]
# Where Terraform inserts the account's number.
ACCOUNT = "${data.aws_caller_identity.account.account_id}"
# Of the default tags, those that tell one stack's resources from another's; the rest say whose they are.
_OWN_TAGS = ("Project", "Application", "Environment")


@dataclass(frozen=True, kw_only=True)
class StackJson:
    """A stack's JSON, as it is while the stack runs, is `paused`, or stands by as a recovery stack."""

    document: Json
    paused: bool = False
    standby: bool = False

    @cached_property
    def regions(self) -> Mapping[str, str]:
        """The region of each provider by its alias; that of the default one under an empty name."""
        return {one.get("alias", ""): str(one["region"]) for one in self._providers}

    @property
    def region(self) -> str:
        """The region of the stack's default provider."""
        return self.regions[""]

    def region_of(self, body: Json) -> str:
        """The region of a resource: that of its provider."""
        alias = str(body.get("provider", "aws")).partition(".")[2]
        return self.regions.get(alias, self.region)

    @property
    def account_ids(self) -> list[str]:
        """The accounts that it may be applied to; none: any."""
        return list(self.provider.get("allowed_account_ids", ()))

    @property
    def default_tags(self) -> Json:
        """The tags that every resource of the stack has."""
        found = blocks(self.provider.get("default_tags"))
        tags: Json = found[0].get("tags", {}) if found else {}
        return tags

    @property
    def own_tags(self) -> dict[str, str]:
        """Those of the default tags that no other stack's resources have together."""
        return {name: self.default_tags[name] for name in _OWN_TAGS if name in self.default_tags}

    @property
    def provider(self) -> Json:
        """The stack's default provider."""
        return next(one for one in self._providers if "alias" not in one)

    @property
    def kinds(self) -> list[str]:
        """The types of the stack's resources."""
        return sorted(self._resources)

    def resources(self, kind: str) -> Mapping[str, Json]:
        """The resources of a type that there are, by their name in Terraform."""
        return self._resources.get(kind, {})

    @cached_property
    def _resources(self) -> Mapping[str, Mapping[str, Json]]:
        every = {
            kind: {name: body for name, body in named.items() if body.get("count") != 0}
            for kind, named in self._written.items()
        }
        return {kind: named for kind, named in every.items() if named}

    @property
    def _written(self) -> Mapping[str, Mapping[str, Json]]:
        found: Mapping[str, Mapping[str, Json]] = resolved(
            self.document.get("resource", {}), paused=self.paused, standby=self.standby
        )
        return found

    @property
    def _providers(self) -> list[Json]:
        return blocks(self.document["provider"]["aws"])
