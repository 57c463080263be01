"""Groups, sampling rules and their tags of X-Ray, which moto lacks."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.utilities.tagging_service import TaggingService
from moto.xray import urls
from moto.xray.models import XRayBackend
from moto.xray.responses import XRayResponse

from aws_emulator.moto_patches import Patch

_GROUP = ("CreateGroup", "GetGroup", "UpdateGroup", "DeleteGroup")
_RULE = ("CreateSamplingRule", "GetSamplingRules", "UpdateSamplingRule", "DeleteSamplingRule")
_TAGS = ("ListTagsForResource", "TagResource", "UntagResource")


class State(Patch, of=XRayBackend):
    """What the calls below keep and moto lacks, in the backend, which a reset replaces."""

    @property
    def groups(self: Any) -> dict[str, dict[str, Any]]:
        """Groups by ARN."""
        held: dict[str, dict[str, Any]] = vars(self).setdefault("held_groups", {})
        return held

    @property
    def rules(self: Any) -> dict[str, dict[str, Any]]:
        """Records of sampling rules by ARN."""
        held: dict[str, dict[str, Any]] = vars(self).setdefault("held_rules", {})
        return held

    @property
    def tagger(self: Any) -> TaggingService:
        """Tags of both."""
        held: TaggingService = vars(self).setdefault("held_tagger", TaggingService())
        return held


def _find(held: dict[str, Any], name: str, *, arn: str | None, named: str | None) -> str:
    """The ARN of what is asked for by its ARN or name."""
    for key in held:
        if key == arn or (named is not None and _name_of(held[key]) == named):
            return key
    # AWS X-Ray API Reference: the only error of a request's content.
    raise JsonRESTError("InvalidRequestException", f"{name} {arn or named} does not exist.")


def _name_of(item: dict[str, Any]) -> str:
    return str(item.get("GroupName") or item["SamplingRule"]["RuleName"])


def _refuse_twice(held: dict[str, Any], kind: str, name: str) -> None:
    if name in map(_name_of, held.values()):
        raise JsonRESTError("InvalidRequestException", f"{kind} {name} already exists.")


class CreateGroup(Patch, of=XRayResponse):
    """CreateGroup and its siblings (AWS X-Ray API Reference); moto has none of them."""

    @classmethod
    def apply(cls) -> None:
        """Also serve the paths, which are the names of the calls."""
        super().apply()
        urls.url_paths.update({f"{{0}}/{one}$": XRayResponse.dispatch for one in (*_GROUP, *_RULE, *_TAGS)})

    def create_group(self: Any) -> str:
        """Create a group."""
        name, backend = self._get_param("GroupName"), self.xray_backend
        _refuse_twice(backend.groups, "Group", name)
        arn = f"arn:{self.partition}:xray:{self.region}:{self.current_account}:group/{name}/{len(name):08X}"
        insights = {"InsightsEnabled": False, "NotificationsEnabled": False}
        backend.groups[arn] = {
            "GroupName": name,
            "GroupARN": arn,
            "FilterExpression": self._get_param("FilterExpression"),
            "InsightsConfiguration": {**insights, **(self._get_param("InsightsConfiguration") or {})},
        }
        backend.tagger.tag_resource(arn, self._get_param("Tags") or [])
        return json.dumps({"Group": backend.groups[arn]})

    def get_group(self: Any) -> str:
        """A group by its name or ARN."""
        return json.dumps({"Group": self.xray_backend.groups[self._group_arn()]})

    def update_group(self: Any) -> str:
        """Change what is given."""
        group = self.xray_backend.groups[self._group_arn()]
        if (expression := self._get_param("FilterExpression")) is not None:
            group["FilterExpression"] = expression
        group["InsightsConfiguration"].update(self._get_param("InsightsConfiguration") or {})
        return json.dumps({"Group": group})

    def delete_group(self: Any) -> str:
        """Delete a group."""
        arn = self._group_arn()
        del self.xray_backend.groups[arn]
        self.xray_backend.tagger.delete_all_tags_for_resource(arn)
        return "{}"

    def _group_arn(self: Any) -> str:
        arn, name = self._get_param("GroupARN"), self._get_param("GroupName")
        return _find(self.xray_backend.groups, "Group", arn=arn, named=name)


class CreateSamplingRule(Patch, of=XRayResponse):
    """CreateSamplingRule and its siblings (AWS X-Ray API Reference); moto has none of them."""

    def create_sampling_rule(self: Any) -> str:
        """Create a rule."""
        rule, backend = self._get_param("SamplingRule"), self.xray_backend
        _refuse_twice(backend.rules, "Sampling rule", rule["RuleName"])
        place = f"arn:{self.partition}:xray:{self.region}:{self.current_account}"
        arn = f"{place}:sampling-rule/{rule['RuleName']}"
        now = time.time()
        made = {"Attributes": {}, **rule, "RuleARN": arn}
        backend.rules[arn] = {"SamplingRule": made, "CreatedAt": now, "ModifiedAt": now}
        backend.tagger.tag_resource(arn, self._get_param("Tags") or [])
        return json.dumps({"SamplingRuleRecord": backend.rules[arn]})

    def get_sampling_rules(self: Any) -> str:
        """All rules."""
        return json.dumps({"SamplingRuleRecords": list(self.xray_backend.rules.values())})

    def update_sampling_rule(self: Any) -> str:
        """Change what is given."""
        update = self._get_param("SamplingRuleUpdate")
        record = self.xray_backend.rules[self._rule_arn(update)]
        record["SamplingRule"].update({name: value for name, value in update.items() if value is not None})
        record["ModifiedAt"] = time.time()
        return json.dumps({"SamplingRuleRecord": record})

    def delete_sampling_rule(self: Any) -> str:
        """Delete a rule."""
        arn = self._rule_arn({name: self._get_param(name) for name in ("RuleARN", "RuleName")})
        self.xray_backend.tagger.delete_all_tags_for_resource(arn)
        return json.dumps({"SamplingRuleRecord": self.xray_backend.rules.pop(arn)})

    def _rule_arn(self: Any, named: dict[str, Any]) -> str:
        rules, arn, name = self.xray_backend.rules, named.get("RuleARN"), named.get("RuleName")
        return _find(rules, "Sampling rule", arn=arn, named=name)


class TagResource(Patch, of=XRayResponse):
    """TagResource, UntagResource and ListTagsForResource (AWS X-Ray API Reference); moto has none of them."""

    def tag_resource(self: Any) -> str:
        """Add or replace tags."""
        self.xray_backend.tagger.tag_resource(self._tagged(), self._get_param("Tags"))
        return "{}"

    def untag_resource(self: Any) -> str:
        """Remove tags by their keys."""
        self.xray_backend.tagger.untag_resource_using_names(self._tagged(), self._get_param("TagKeys"))
        return "{}"

    def list_tags_for_resource(self: Any) -> str:
        """The tags of a group or a rule."""
        return json.dumps(self.xray_backend.tagger.list_tags_for_resource(self._tagged()))

    def _tagged(self: Any) -> str:
        arn: str = self._get_param("ResourceARN")
        if arn not in {*self.xray_backend.groups, *self.xray_backend.rules}:
            raise JsonRESTError("ResourceNotFoundException", f"{arn} does not exist.")
        return arn
