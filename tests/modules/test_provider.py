"""The provider's versions: what every stack takes, and what a setting raises them to."""

from __future__ import annotations

from typing import Any

import pytest

from modules.provider import OLDEST, UNSUPPORTED, constraint
from tests.modules.conftest import SynthesizeModule


@pytest.mark.parametrize(
    ("required", "lowest"),
    [((), OLDEST), (("5.9.0",), OLDEST), (("6.4.0", "6.25.0"), "6.25.0"), (("6.10.0", "6.4.0"), "6.10.0")],
)
def test_the_highest_requirement_is_the_lowest_version(required: tuple[str, ...], lowest: str) -> None:
    assert constraint(*required) == f">= {lowest}, < {UNSUPPORTED}"


@pytest.mark.parametrize("required", [None, "6.4.0"])
def test_a_module_raises_the_version_of_its_stack(
    required: str | None, synthesize_module: SynthesizeModule
) -> None:
    def build(_stack: Any, context: Any) -> None:
        if required:
            context.account.require_provider(required)
            context.account.require_provider(OLDEST)

    providers = synthesize_module(build)["terraform"]["required_providers"]
    assert providers["aws"]["version"] == constraint(*filter(None, [required]))
