"""What AWS enforces and its models don't say: a table, each rule with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from aws_emulator.strict.request_parsing import ParsedRequest
from aws_emulator.strict.service_models import Violation

Rule = Callable[[ParsedRequest], Iterator[Violation]]


def additional_violations(request: ParsedRequest) -> Iterator[Violation]:
    """What the rules of the table forbid in a request."""
    for rule in RULES.get((request.service, request.operation), ()):
        yield from rule(request)


RULES: dict[tuple[str, str], tuple[Rule, ...]] = {}


def _at(parameters: Any, *path: str) -> Any:
    for name in path:
        parameters = (parameters or {}).get(name)
    return parameters
