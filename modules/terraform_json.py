"""Reading Terraform's JSON syntax. Pure."""

from __future__ import annotations

from typing import Any


def blocks(value: Any) -> list[Any]:
    """The blocks of one kind: an object, a list of them, or nothing (JSON Configuration Syntax)."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
