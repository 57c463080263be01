"""AWS's own policies and machine images, which moto makes anew with a backend: twice at each reset.

They are thousands of objects, a third of a second of CPU, and most of what is reset is never asked for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models.amis import AmiBackend
from moto.iam.models import IAMBackend


class AtFirstUse:
    """An attribute of a backend that is filled when it is first asked for."""

    def __init__(self, name: str, fill: Callable[[Any], None]) -> None:
        self._name, self._fill = name, fill

    def __get__(self, backend: Any, _: Any) -> Any:
        """What `fill` put there; calls take turns (turns.py), so no other is about to."""
        if self._name not in vars(backend):
            self._fill(backend)
        return vars(backend)[self._name]

    def __set__(self, backend: Any, value: Any) -> None:
        """What moto sets when it makes a backend is nothing yet."""


def make_at_first_use() -> None:
    """Have moto make them when they are asked for. Only the emulator's own process does, and once."""
    made_policies: Any = IAMBackend._init_aws_policies  # noqa: SLF001 - moto's constructor alone calls these
    load_images: Any = AmiBackend._load_amis  # noqa: SLF001

    def policies(backend: Any) -> None:
        own = made_policies(backend)
        vars(backend).update(aws_managed_policies=own, managed_policies={one.arn: one for one in own})

    def images(backend: Any) -> None:
        vars(backend)["amis"] = {}
        load_images(backend)

    for constructor in ("_init_aws_policies", "_init_managed_policies"):
        setattr(IAMBackend, constructor, lambda _: ())
    for name in ("aws_managed_policies", "managed_policies"):
        setattr(IAMBackend, name, AtFirstUse(name, policies))
    for name, value in {"_load_amis": lambda _: None, "amis": AtFirstUse("amis", images)}.items():
        setattr(AmiBackend, name, value)
