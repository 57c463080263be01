"""A stack of its own for the tests of one module."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modules.pause.expressions import resolved
from tests.kept_provider import KeptTerraform

Json = dict[str, Any]
SynthesizeModule = Callable[..., Json]


@pytest.fixture(scope="session")
def synthesize_module(tmp_path_factory: pytest.TempPathFactory) -> SynthesizeModule:
    """`synthesize_module(build)` gives the JSON of a stack that `build(stack, context)` filled.

    It has the values of the stack while it runs, or with `paused` those while it is paused. With `standby`,
    true or false, it is a recovery stack, and has the values while it stands by, or serves. With `output`, a
    directory, the stack is written to `output/stacks/small`, ready for Terraform.
    """

    def synthesize(
        build: Callable[[Any, Any], None],
        output: Path | None = None,
        *,
        paused: bool = False,
        region: str = "eu-west-1",
        standby: bool | None = None,
    ) -> Json:
        from cdktf import App, LocalBackend, TerraformStack

        from modules.context import Context
        from modules.naming import Naming
        from modules.tagging import TagPolicy, Tags

        directory = output or tmp_path_factory.mktemp("small")
        app = App(outdir=str(directory))
        stack = TerraformStack(app, "small")
        LocalBackend(stack, path="terraform.tfstate")
        context = Context.deployed(
            stack,
            naming=Naming(product="shop", environment="test"),
            tags=Tags(policy=TagPolicy(name="Test", required=()), values={"Service": "platform"}),
            region=region,
            copy_regions=[one for one in ("eu-central-1", "eu-west-2") if one != region],
            standby=standby is not None,
        )
        build(stack, context)
        app.synth()
        written: Json = resolved(
            json.loads((directory / "stacks/small/cdk.tf.json").read_text()),
            paused=paused,
            standby=bool(standby),
        )
        return written

    return synthesize


@pytest.fixture
def terraform(small_terraform: Callable[..., KeptTerraform], tmp_path: Path) -> KeptTerraform:
    """Terraform for the stack that was synthesized with `output=tmp_path`."""
    return small_terraform(tmp_path / "stacks/small")
