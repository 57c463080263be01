"""A stack of its own for the tests of one module."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modules.pause.expressions import resolved

Json = dict[str, Any]
SynthesizeModule = Callable[..., Json]


@pytest.fixture(scope="session")
def synthesize_module(tmp_path_factory: pytest.TempPathFactory) -> SynthesizeModule:
    """`synthesize_module(build)` gives the JSON of a stack that `build(stack, context)` filled.

    It has the values of the stack while it runs, or with `paused` those while it is paused. With `output`, a
    directory, the stack is written to `output/stacks/small`, ready for Terraform.
    """

    def synthesize(
        build: Callable[[Any, Any], None], output: Path | None = None, *, paused: bool = False
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
            region="eu-west-1",
            copy_regions=("eu-central-1", "eu-west-2"),
        )
        build(stack, context)
        app.synth()
        written: Json = resolved(
            json.loads((directory / "stacks/small/cdk.tf.json").read_text()), paused=paused
        )
        return written

    return synthesize
