"""The JSON of one stack that main.py wrote, with references resolved where the JSON itself has the value."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from modules.errors import ProblemsError, refusal
from operations import project
from operations.synthesized.stack_json import Json, StackJson
from stacks.output import DOCUMENT, stack_directory

_REFERENCE = re.compile(r"\$\{(?P<kind>aws_\w+)\.(?P<name>[\w-]+)\.(?P<attribute>\w+)\}")


@dataclass(frozen=True, kw_only=True)
class SynthesizedStack(StackJson):
    """A stack by its name, and its JSON as it is while the stack runs."""

    name: str

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
