"""The JSON of one stack, with its references resolved where the JSON itself has the value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modules.errors import ProblemsError, refusal
from modules.pause.expressions import resolved
from modules.terraform_json import blocks
from operations import project
from stacks.output import DOCUMENT, stack_directory

Json = Mapping[str, Any]
_REFERENCE = re.compile(r"\$\{(?P<kind>aws_\w+)\.(?P<name>[\w-]+)\.(?P<attribute>\w+)\}")


@dataclass(frozen=True, kw_only=True)
class SynthesizedStack:
    """A stack's JSON, as it is while the stack runs."""

    name: str
    document: Json

    @property
    def region(self) -> str:
        """The region of the stack's default provider."""
        return str(self._provider["region"])

    @property
    def account_ids(self) -> list[str]:
        """The accounts that it may be applied to; none: any."""
        return list(self._provider.get("allowed_account_ids", ()))

    @property
    def default_tags(self) -> Json:
        """The tags that every resource of the stack has."""
        found = blocks(self._provider.get("default_tags"))
        tags: Json = found[0].get("tags", {}) if found else {}
        return tags

    def resources(self, kind: str) -> Mapping[str, Json]:
        """The resources of a type, by their name in Terraform."""
        found: Mapping[str, Json] = resolved(self.document.get("resource", {}).get(kind, {}))
        return found

    def resource(self, reference: str) -> Json:
        """The resource that a reference such as `${aws_ecs_cluster.cluster.arn}` names; else nothing."""
        found = _REFERENCE.fullmatch(reference)
        return self.resources(found["kind"]).get(found["name"], {}) if found else {}

    def value(self, text: str) -> str:
        """A text with each reference replaced whose value is in the JSON, such as a name or a bucket."""
        return _REFERENCE.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        value = self.resources(found["kind"]).get(found["name"], {}).get(found["attribute"])
        return self.value(value) if isinstance(value, str) else found[0]

    @property
    def _provider(self) -> Json:
        providers: list[Json] = blocks(self.document["provider"]["aws"])
        return next(one for one in providers if "alias" not in one)


def synthesized(stack: str) -> SynthesizedStack:
    """Synthesize a stack of the catalogue, and read it. Raises ProblemsError with what synthesis refuses."""
    project.synthesize(INFRA_STACKS=stack)
    return read(stack)


def read(stack: str) -> SynthesizedStack:
    """Read what the last synthesis wrote. Raises ProblemsError where it did not write this stack."""
    file = stack_directory(stack) / DOCUMENT
    if not file.is_file():
        fix = f"synthesize it: INFRA_STACKS={stack} python main.py"
        why = refusal(got=f"no {DOCUMENT} of it", allowed="a synthesized stack", fix=fix)
        raise ProblemsError.one(stack, why)
    return SynthesizedStack(name=stack, document=json.loads(file.read_text()))
