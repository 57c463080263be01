"""What `infra orphans` found, for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from operations.console import say
from operations.orphans.blocks import import_blocks
from operations.orphans.matching import Adoption, Left


@dataclass(frozen=True, kw_only=True)
class Report:
    """What becomes of each thing. `applying`: who holds the lock of the state."""

    stack: str
    adoptions: tuple[Adoption, ...]
    left: tuple[Left, ...]
    others: tuple[Left, ...]
    gone: tuple[str, ...]
    not_looked_for: Mapping[str, str]
    applying: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "stack": self.stack,
            "adopt": [vars(one) for one in self.adoptions],
            "left": [vars(one) for one in self.left],
            "not_of_terraform": [vars(one) for one in self.others],
            "gone": [*self.gone],
            "not_looked_for": dict(self.not_looked_for),
            "locked_by": [*self.applying],
        }

    def show(self, console: Console, written: Path | None) -> None:
        """For a person; the blocks too, unless they are written to a file."""
        if self.applying:
            held = ", ".join(self.applying)
            say(console, f"\nThe state is locked: {held}. What is being made now is in no state yet.")
        if self.adoptions:
            self._show_adoptions(console, written)
        _list(console, "In AWS, in no state, and not matched:", self.left)
        _list(console, "With the stack's tags, but not made by Terraform:", self.others)
        if self.gone:
            say(console, f"\nListed by their tags, but deleted: {len(self.gone)}.")
        for kind, why in self.not_looked_for.items():
            say(console, f"\nNot looked for: {kind}; {why}.")
        if not self.adoptions and not self.left:
            say(console, f"\nNothing of {self.stack} stands outside its state.")

    def _show_adoptions(self, console: Console, written: Path | None) -> None:
        where = f"they are in {written}" if written else "put them into a .tf file in the stack's directory"
        say(console, f"\nIn the code, in AWS, in no state. The blocks adopt them: {where}, then plan.\n")
        if written:
            for one in self.adoptions:
                say(console, f"  {one.address}  {one.id}")
        else:
            say(console, import_blocks(self.adoptions))
        if unsure := [one.address for one in self.adoptions if not one.checked]:
            say(console, "\nAWS lists what was deleted lately too, and was not asked about these:")
            for address in unsure:
                say(console, f"  {address}")


def _list(console: Console, title: str, left: Iterable[Left]) -> None:
    if left:
        say(console, f"\n{title}")
    for one in left:
        say(console, f"  {one.arn}\n      {one.why}")
