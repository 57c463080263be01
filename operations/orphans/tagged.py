"""What carries a stack's tags, by the Resource Groups Tagging API, and whether it is still there.

GetResources "returns all the tagged or previously tagged resources": what was deleted lately is listed too
(https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from modules.errors import ProblemsError, refusal
from modules.regions import GLOBAL_REGION
from operations.orphans.kinds import Ask, Kind, kinds_of
from operations.synthesized import SynthesizedStack

# (service, region) -> client
Clients = Callable[[str, str], Any]
_MISSING = re.compile(r"NotFound|NoSuch|DoesNotExist|ClientException", re.IGNORECASE)
_ENDED = {"deleted", "deleting", "inactive", "pendingdeletion", "failed"}
_STATES = ("State", "Status", "status", "DBInstanceStatus", "KeyState", "LifeCycleState")


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """A thing of AWS: its ARN, its tags, the kinds it may be with what the ARN says, and its description.

    `checked`: whether AWS was asked that it is still there.
    """

    arn: str
    tags: Mapping[str, str]
    kinds: tuple[tuple[Kind, Mapping[str, str]], ...]
    description: Mapping[str, Any] | None = None
    checked: bool = False

    @property
    def region(self) -> str:
        """Its region; empty for global things and buckets."""
        return self.arn.split(":")[3]


def identifying_tags(stack: SynthesizedStack) -> dict[str, str]:
    """The tags by which the stack's resources are found. Raises ProblemsError where it has too few."""
    found = stack.own_tags
    if len(found) < 2:
        why = refusal(
            got=", ".join(found) or "none",
            allowed="default tags Environment, and Project or Application",
            fix="set them in the settings (TAG_POLICY): without them other stacks' resources would be listed",
        )
        raise ProblemsError.one(f"{stack.name}, tags", why)
    return found


def tagged(stack: SynthesizedStack, clients: Clients) -> list[Tagged]:
    """Everything with the stack's tags, in the regions of its providers and among global things."""
    filters = [{"Key": name, "Values": [value]} for name, value in identifying_tags(stack).items()]
    found: dict[str, Tagged] = {}
    for region in sorted({*stack.regions.values(), GLOBAL_REGION}):
        pages = clients("resourcegroupstaggingapi", region).get_paginator("get_resources")
        for page in pages.paginate(TagFilters=filters):
            for one in page["ResourceTagMappingList"]:
                arn = one["ResourceARN"].removesuffix(":*")
                tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
                found[arn] = Tagged(arn=arn, tags=tags, kinds=tuple(kinds_of(arn)))
    return list(found.values())


def described(
    found: Iterable[Tagged], stack: SynthesizedStack, clients: Clients
) -> tuple[list[Tagged], list[Tagged]]:
    """Those that are still there, with what AWS says of them; and those that are gone."""
    there, gone = [], []
    for one in found:
        asked = [(kind, said, kind.ask) for kind, said in one.kinds if kind.ask]
        if not asked:
            there.append(one)
            continue
        for kind, said, ask in asked:
            answer = _ask(ask, said, clients, one.region or stack.region)
            if answer is not None:
                kept = replace(one, kinds=((kind, said),), description=answer, checked=True)
                there.append(kept)
                break
        else:
            gone.append(one)
    return there, gone


def _ask(ask: Ask, said: Mapping[str, str], clients: Clients, region: str) -> Mapping[str, Any] | None:
    import jmespath
    from botocore.exceptions import ClientError

    client = clients(ask.service, region)
    try:
        answer = getattr(client, ask.call)(**_filled(ask.arguments, said))
    except ClientError as error:
        if _MISSING.search(error.response["Error"]["Code"]):
            return None
        raise
    thing = jmespath.search(_filled(ask.found, said), answer)
    return None if not thing or _ended(thing) else thing


def _ended(thing: Mapping[str, Any]) -> bool:
    """Whether what is described is deleted, or is being deleted."""
    states = [thing.get(name) for name in _STATES]
    ended = any(isinstance(one, str) and one.replace("_", "").lower() in _ENDED for one in states)
    return ended or bool(thing.get("DeletedDate"))


def _filled(value: Any, said: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _filled(one, said) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, said) for one in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"\{(\w+)\}", lambda found: said.get(found[1], found[0]), value)
