"""What Terraform Cloud is sent of a stack's directory is written beside its JSON, and for it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stacks import upload

IGNORE = ".terraformignore"


@pytest.mark.parametrize("terraform", [{"cloud": {"organization": "acme"}}, {"cloud": [{}]}])
def test_a_stack_in_terraform_cloud_says_what_is_sent(tmp_path: Path, terraform: dict[str, Any]) -> None:
    upload.write(tmp_path, terraform)
    rules = [line for line in (tmp_path / IGNORE).read_text().splitlines() if not line.startswith("#")]
    assert rules == ["*", "!/cdk.tf.json", "!/.terraform.lock.hcl", "!/assets/"]


def test_another_stack_says_nothing_also_if_it_did(tmp_path: Path) -> None:
    (tmp_path / IGNORE).write_text("*\n")
    upload.write(tmp_path, {"backend": {"s3": {}}})
    assert not (tmp_path / IGNORE).exists()
    upload.write(tmp_path, {"backend": {"s3": {}}})
