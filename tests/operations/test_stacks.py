"""Terraform in the directory of a stack: what its first command finds missing, in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from modules.errors import ProblemsError
from operations.stacks import initialize
from operations.terraform import Terraform

# Of Terraform 1.11.4, as it was.
SAID = """Error: No valid credential sources found

Please see https://developer.hashicorp.com/terraform/language/backend/s3
for more information about providing credentials."""


class Failing:
    """Terraform whose `init` fails with a message."""

    directory = Path("cdktf.out/stacks/ohi-dev")

    def __init__(self, message: str) -> None:
        self._message = message

    def init(self, **_: Any) -> None:
        """Raises ProblemsError."""
        raise ProblemsError.one("terraform init in ohi-dev", self._message)


def test_without_credentials_it_says_how_to_sign_in_and_how_to_try_it() -> None:
    with pytest.raises(ProblemsError) as raised:
        initialize(cast("Terraform", Failing(SAID)))
    assert str(raised.value) == (
        "AWS credentials: there are none; set AWS_PROFILE, or run `aws sso login`; without an AWS account, "
        "infra sandbox ohi-dev --keep says how to try it"
    )


def test_another_error_stays_as_terraform_says_it() -> None:
    with pytest.raises(ProblemsError, match="terraform init in ohi-dev: Error: the disk is full"):
        initialize(cast("Terraform", Failing("Error: the disk is full")))
