"""Reasons for parts of an account that are switched off."""

from __future__ import annotations

from stacks.account.settings import account_settings


def off(*parts: str) -> dict[str, str]:
    """Those of the settings as they ship, and one for each of `parts`."""
    return {**account_settings([]).off, **dict.fromkeys(parts, "the organization has it")}
