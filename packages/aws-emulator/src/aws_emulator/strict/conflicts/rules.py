"""The shape of a rule about what already exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend

Parameters = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Account:
    """What exists in an account and a region: `account("ec2")` is moto's backend of EC2."""

    id: str
    region: str

    def __call__(self, service: str, region: str | None = None) -> Any:
        """The backend of a service; `region` is "aws" for what has no region."""
        backends: Any = get_backend(service)  # type: ignore[call-overload]
        return backends[self.id][region or self.region]


Reasons = Callable[[Parameters, Account], Iterable[str]]


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A rule: while `reasons` finds something, the operation is answered with `code`."""

    service: str
    operation: str
    code: str
    source: str
    reasons: Reasons
    status: int = 400


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The rule that a request breaks, and why."""

    conflict: Conflict
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """Sentence of the answer and of the log."""
        return "; ".join(self.reasons)
