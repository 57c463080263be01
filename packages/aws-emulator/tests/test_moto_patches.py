"""How moto is patched: in the emulator's process alone, each patch with the page of AWS that it follows."""

from __future__ import annotations

import inspect
import subprocess
import sys

from aws_emulator.moto_patches import MEMBERS, Patch, all_patches


def test_every_patch_says_what_aws_does_and_moto_does_not() -> None:
    silent = [patch.__name__ for patch in all_patches() if "moto" not in (inspect.getdoc(patch) or "")]
    assert not silent


def test_every_patch_changes_something() -> None:
    """On a class of moto, by at least one method, class method or property."""
    idle = [
        patch.__name__
        for patch in all_patches()
        if not patch.of.__module__.startswith("moto.")
        or not any(isinstance(one, MEMBERS) for one in vars(patch).values())
    ]
    assert not idle


def test_a_patch_replaces_adds_and_reaches_what_was() -> None:
    class Lacking:
        def known(self) -> str:
            return "moto"

        @classmethod
        def made(cls) -> str:
            return "moto"

    class Corrected(Patch, of=Lacking):
        def known(self) -> str:
            return f"AWS, not {Corrected.moto.known(self)}"

        def unknown(self) -> str:
            return "added"

        @classmethod
        def made(cls) -> str:
            return f"{cls.__name__}, not {Corrected.moto.made()}"

    lacking: object = Lacking()
    assert lacking.known() == "moto", "a patch that is only imported changes nothing"  # type: ignore[attr-defined]
    Corrected.apply()
    assert lacking.known() == "AWS, not moto"  # type: ignore[attr-defined]
    assert lacking.unknown() == "added"  # type: ignore[attr-defined]
    assert Lacking.made() == "Lacking, not moto"


def test_importing_the_patches_changes_nothing_of_moto() -> None:
    """In a process of its own: what is imported here, another test may have patched."""
    program = """
from aws_emulator.moto_patches import all_patches, apply_patches
from moto.cloudfront import urls

def methods():
    return {patch: {**vars(patch.of)} for patch in patches}, {*urls.url_paths}

patches = all_patches()
before = methods()
assert all_patches() == patches
assert methods() == before
assert not any("cache-policy" in path for path in urls.url_paths)
assert not any(patch.of.__dict__.get(name) is made for patch in patches for name, made in vars(patch).items()
               if callable(getattr(patch, name)) and not name.startswith("__"))
apply_patches()
assert methods() != before
assert any("cache-policy" in path for path in urls.url_paths)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
