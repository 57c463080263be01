"""The tenth property, by Terraform's own judgement: some of the generated environments validate.

Those that ship are validated and planned in the Terraform tier.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_emulator import Emulator
from operations.sandbox import prepared

pytestmark = pytest.mark.terraform


def test_10_generated_environments_validate(
    generated_output: Path, emulator: Emulator, tmp_path: Path
) -> None:
    documents = sorted(generated_output.glob("stacks/*/cdk.tf.json"))[::20]
    assert len(documents) == 3
    for document in documents:
        directory = tmp_path / document.parent.name
        prepared(document, directory, emulator, exclusions=()).terraform.validate()
