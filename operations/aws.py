"""Clients of AWS in the region that a command names, or in that of the stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, TypeVar

import typer

from backend.sessions import session as assumed
from modules.errors import ProblemsError, refusal

_T = TypeVar("_T")
Region = Annotated[
    str | None, typer.Option(help="Another region than the stack's own; needed if the catalogue lacks it")
]
# Of commands that read the stack's JSON.
StackRegion = Annotated[str | None, typer.Option("--region", help="Another region than the stack's own")]


def client(service: str, region: str | None, *, stack: str, config: Any = None) -> Any:
    """A client in a region, by default the stack's own, with the role that the stack's settings name.

    `config` is botocore's. A stack that the catalogue lacks has the configured region; raises ProblemsError
    where there is none.
    """
    from stacks.catalogue import catalogue

    # A stack that has left the catalogue may still have a secret.
    entry = catalogue().get(stack)
    if region is None and entry:
        region = next(iter(entry.regions), None)
    session = assumed(entry.role if entry else None, region)
    if session.region_name is None:
        fix = "name it with --region, or set AWS_REGION"
        raise ProblemsError.one("region", refusal(got="no region", allowed="the stack's", fix=fix))
    return session.client(service, config=config)


# The calls of ECS are counted by account: others may be deploying. Adaptive retries slow down with it.
PATIENT = {"mode": "adaptive", "total_max_attempts": 8}


class Clients:
    """The services of AWS for one stack, such as `clients.ecs` and `clients.service_quotas`, with its role.

    Each client is made when it is first used. `retries` are botocore's, by default as configured.
    """

    def __init__(self, stack: str, region: str, *, retries: dict[str, Any] | None = None) -> None:
        self.stack, self._region, self._retries = stack, region, retries

    def __getattr__(self, name: str) -> Any:
        from botocore.config import Config

        config = Config(retries=self._retries) if self._retries else None
        made = client(name.replace("_", "-"), self._region, stack=self.stack, config=config)
        setattr(self, name, made)
        return made


def batches(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """The items in their order, as many at a time as a call takes."""
    return (items[start : start + size] for start in range(0, len(items), size))
