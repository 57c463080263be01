"""The variable of a plan that reads no secret, as commands pass it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# As modules/secrets/entries.py has it, which imports CDKTF.
VARIABLE = "read_secrets"


def without_reading(document: Mapping[str, Any]) -> dict[str, str]:
    """The variable for Terraform's command line; none for a stack that has no secret of an environment."""
    return {VARIABLE: "false"} if VARIABLE in document.get("variable", {}) else {}
