"""The account of the credentials against the account of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, missing, ok, warning
from stacks.environment import PRODUCTION


def findings(target: Target) -> Iterator[Finding]:
    """Whether Terraform would accept the account, and whether it would refuse every other one."""
    account, allowed = target.identity["Account"], target.account_ids
    if account in allowed:
        yield ok(f"{account}, the one that {target.stack} allows")
    elif allowed:
        yield missing(
            f"credentials of {account}, but {target.stack} allows {', '.join(allowed)}",
            "sign in to that account: set AWS_PROFILE",
        )
    else:
        found = f"{target.stack} would be applied to any account; the credentials are of {account}"
        fix = f'set Environment(account_id="{account}") in its settings, if that is the one'
        yield missing(found, fix) if target.environment in PRODUCTION else warning(found, fix)
