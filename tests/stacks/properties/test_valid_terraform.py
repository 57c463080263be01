"""The tenth property, by Terraform's own judgement: some of the generated environments validate.

Those that ship are validated and planned in the Terraform tier.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_emulator import Emulator
from operations.sandbox import prepared
from tests.kept_provider import KeptProvider
from tests.planned import kept_terraform

pytestmark = pytest.mark.terraform


# Every twentieth environment of a product.
@pytest.mark.parametrize("product", ["webapp", "booking"])
def test_10_generated_environments_validate(
    product: str,
    generated_output: Path,
    emulator: Emulator,
    kept_provider: KeptProvider,
    tmp_path: Path,
) -> None:
    documents = sorted(generated_output.glob(f"stacks/{product}-*/cdk.tf.json"))[::20]
    assert documents
    for document in documents:
        directory = tmp_path / document.parent.name
        workspace = prepared(document, directory, emulator, exclusions=())
        kept_terraform(workspace, kept_provider).validate()
