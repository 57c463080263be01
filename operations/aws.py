"""Clients of AWS in the region that a command names."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from modules.errors import ProblemsError, refusal

Region = Annotated[
    str | None, typer.Option(help="The region of the stack; by default that of your AWS configuration")
]


def client(service: str, region: str | None) -> Any:
    """A client in a region, by default the configured one. Raises ProblemsError where there is none."""
    from boto3.session import Session

    session = Session(region_name=region)
    if session.region_name is None:
        fix = "name it with --region, or set AWS_REGION"
        raise ProblemsError.one("region", refusal(got="no region", allowed="the stack's", fix=fix))
    return session.client(service)
