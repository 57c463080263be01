"""Clients of AWS in the region that a command names."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from backend.sessions import session as assumed
from modules.errors import ProblemsError, refusal

Region = Annotated[
    str | None, typer.Option(help="The region of the stack; by default that of your AWS configuration")
]


def client(service: str, region: str | None, *, stack: str, config: Any = None) -> Any:
    """A client in a region, by default the configured one, with the role that the stack's settings name.

    `config` is botocore's. Raises ProblemsError where there is no region.
    """
    from stacks.catalogue import catalogue

    # A stack that has left the catalogue may still have a secret.
    entry = catalogue().get(stack)
    session = assumed(entry.role if entry else None, region)
    if session.region_name is None:
        fix = "name it with --region, or set AWS_REGION"
        raise ProblemsError.one("region", refusal(got="no region", allowed="the stack's", fix=fix))
    return session.client(service, config=config)
