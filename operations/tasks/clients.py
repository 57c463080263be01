"""The AWS services that tasks are run with."""

from __future__ import annotations

from typing import Any

from operations import aws
from operations.synthesized import SynthesizedStack


class Clients:
    """Clients in the region of a stack, made when they are first used."""

    def __init__(self, stack: SynthesizedStack, region: str | None) -> None:
        self._stack, self._region = stack, region or stack.region

    def __getattr__(self, name: str) -> Any:
        made = aws.client(name, self._region, stack=self._stack.name)
        setattr(self, name, made)
        return made
