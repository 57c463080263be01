"""Finds resources in the JSON of a stack. Each fails where there is none: no test looks at nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def every(stack: Json, kind: str, prefix: str = "") -> list[Json]:
    """The resources of a type whose names begin with a prefix."""
    found = [body for name, body in stack["resource"].get(kind, {}).items() if name.startswith(prefix)]
    assert found, f"no {kind}.{prefix}…"
    return found


def only(stack: Json, kind: str, prefix: str = "") -> Json:
    """The one resource of a type whose name begins with a prefix."""
    found = every(stack, kind, prefix)
    assert len(found) == 1, f"{len(found)} of {kind}.{prefix}…"
    return found[0]


def at(stack: Json, kind: str, path: str) -> Json:
    """The resource of a type at a construct path below the stack."""
    paths = {one["//"]["metadata"]["path"].partition("/")[2]: one for one in every(stack, kind)}
    assert path in paths, f"no {kind} at {path}"
    return paths[path]


def host_rules(stack: Json) -> list[Json]:
    """The listener rules of hosts: not the one of a pause, nor that of Route 53's health check."""
    found = [
        one
        for one in every(stack, "aws_lb_listener_rule")
        if "host_header" in one["condition"][0]
        and not one["condition"][0]["host_header"]["values"][0].startswith("${aws_lb.")
    ]
    assert found, "no rule of a host"
    return found


def protected(stack: Json) -> dict[str, list[str]]:
    """The addresses of what a plan must not destroy, by type; nothing, where all of it may be."""
    kept = {
        kind: [
            f"{kind}.{name}"
            for name, one in named.items()
            if "prevent_destroy" in (one.get("lifecycle") or {})
        ]
        for kind, named in stack["resource"].items()
    }
    return {kind: addresses for kind, addresses in kept.items() if addresses}


def told(stack: Json, address: str, alarm: Json) -> Iterator[str]:
    """The topics that an alarm tells, itself or through a composite alarm that it is in."""
    yield from alarm.get("alarm_actions") or ()
    for composite in stack["resource"].get("aws_cloudwatch_composite_alarm", {}).values():
        if f"{address}.alarm_name" in composite["alarm_rule"]:
            yield from composite.get("alarm_actions") or ()


def listed(value: str | list[str]) -> list[str]:
    """The values of an element of a policy, which IAM lets stand alone."""
    return [value] if isinstance(value, str) else value
