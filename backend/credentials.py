"""Tokens of Terraform Cloud, from where Terraform itself looks for them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from modules.errors import ProblemsError, refusal

_VARIABLE = "TF_TOKEN_"


def token(host: str, environ: Mapping[str, str] = os.environ) -> str:
    """The token of a host: that of the environment, else of `terraform login`.

    Raises ProblemsError that says how to get one.
    """
    tokens = {**login_variables(), **environ}
    if found := tokens.get(variable(host)):
        return found
    why = refusal(
        got="no token",
        allowed="one that Terraform finds too",
        fix=f"sign in: terraform login {host}; without a browser set {variable(host)}",
    )
    raise ProblemsError.one(f"Terraform Cloud at {host}", why)


def login_variables() -> dict[str, str]:
    """What `terraform login` has written, as the variables that say the same.

    Terraform doesn't read that file once TF_CLI_CONFIG_FILE names another (Terraform, "CLI Configuration
    File"), as it does for the provider's mirror.
    """
    file = Path.home() / ".terraform.d/credentials.tfrc.json"
    try:
        hosts = json.loads(file.read_text())["credentials"]
        return {variable(host): str(one["token"]) for host, one in hosts.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # not signed in, or by a helper program: Terraform says what it lacks


def variable(host: str) -> str:
    """The variable of a host's token (Terraform, "CLI Configuration File", environment variables)."""
    return _VARIABLE + host.replace("-", "__").replace(".", "_")
