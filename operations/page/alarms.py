"""The alarms of a stack by whom they tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from operations.synthesized import SynthesizedStack
from operations.synthesized.stack_json import Json

_TOPIC = re.compile(r"aws_sns_topic\.([\w-]+)\.")
_PART = re.compile(r"(aws_cloudwatch_(?:metric|composite)_alarm)\.([\w-]+)\.alarm_name")
# Most urgent first; topics of other names follow.
SEVERITIES = ("critical", "warning")
OTHERS = "others"


@dataclass(frozen=True, kw_only=True)
class AlarmRow:
    """An alarm: when it rings, and what to do then."""

    name: str
    text: str
    address: str


def alarms(stack: SynthesizedStack) -> dict[str, list[AlarmRow]]:
    """Alarms by severity, the most urgent first: those of a composite alarm tell by it."""
    bodies = {
        f"{kind}.{name}": body
        for kind in ("aws_cloudwatch_composite_alarm", "aws_cloudwatch_metric_alarm")
        for name, body in stack.resources(kind).items()
    }
    severities: dict[str, str] = {}
    for address, body in bodies.items():
        for severity in _told(stack, body):
            for one in (address, *_parts(body)):
                severities[one] = min(severities.get(one, OTHERS), severity, key=_rank)
    found: dict[str, list[AlarmRow]] = {}
    for address in sorted(bodies, key=lambda one: str(bodies[one]["alarm_name"])):
        row = AlarmRow(
            name=str(bodies[address]["alarm_name"]).removeprefix(f"{stack.name}-").removesuffix("-alarm"),
            text=str(bodies[address].get("alarm_description", "")),
            address=address,
        )
        found.setdefault(severities.get(address, OTHERS), []).append(row)
    return dict(sorted(found.items(), key=lambda one: _rank(one[0])))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _told(stack: SynthesizedStack, body: Json) -> Iterator[str]:
    for name in _TOPIC.findall(str(body.get("alarm_actions", ""))):
        topic = str(stack.resources("aws_sns_topic").get(name, {}).get("name", ""))
        yield next((one for one in SEVERITIES if topic.endswith(f"-{one}")), OTHERS)


def _parts(body: Json) -> list[str]:
    return [f"{kind}.{name}" for kind, name in _PART.findall(str(body.get("alarm_rule", "")))]
