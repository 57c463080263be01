"""The versions that the project needs, each read from the one file that states it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import eq, ge, gt, le, lt
from pathlib import Path
from typing import Any

from modules.errors import ProblemsError, refusal

_COMPARATOR = re.compile(r"(>=|<=|==|>|<|=|)\s*v?(\d+(?:\.\d+)*)")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": ge,
    "<=": le,
    ">": gt,
    "<": lt,
    "==": eq,
    "=": eq,
    "": eq,
}
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)(?P<marker>\s*;)?")


@dataclass(frozen=True)
class Versions:
    """A range of versions as its file writes it, such as `>=20.9 <23`."""

    text: str

    def __contains__(self, version: str) -> bool:
        number = _number(version)
        return all(_COMPARE[sign](number, _number(bound)) for sign, bound in _COMPARATOR.findall(self.text))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Needed:
    """The versions that a checkout needs to synthesize and deploy."""

    python: Versions  # pyproject.toml, requires-python
    node: Versions  # package.json, engines
    terraform: Versions  # cdktf.json, targetVersions
    cdktf_cli: Versions  # package.json, devDependencies
    # pyproject.toml, the dependencies of every extra; with cdktn its group in place of cdktf and its bindings
    pins: Mapping[str, str]


def needed(root: Path, toolkit: str = "cdktf") -> Needed:
    """Read the versions that the checkout at `root` needs with a toolkit, cdktf or cdktn.

    Raises ProblemsError for a package.json or cdktf.json that does not say them.
    """
    document = tomllib.loads((root / "pyproject.toml").read_text())
    project = document["project"]
    package = root / "package.json"
    requirements = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    if toolkit != "cdktf":
        requirements = [one for one in requirements if not one.startswith("cdktf")]
        requirements += document["dependency-groups"][toolkit]
    found = (_PIN.fullmatch(requirement) for requirement in requirements)
    return Needed(
        python=Versions(project["requires-python"]),
        node=_range(package, "engines", "node"),
        terraform=_range(root / "cdktf.json", "targetVersions", "terraform"),
        cdktf_cli=_range(package, "devDependencies", "cdktf-cli"),
        pins={normalised(pin["name"]): pin["version"] for pin in found if pin},
    )


def _range(file: Path, *keys: str) -> Versions:
    """The range at a place of a JSON file. Raises ProblemsError where it is not there."""
    try:
        found = json.loads(file.read_text())
        for key in keys:
            found = found[key]
    except OSError as error:
        got = error.strerror
    except ValueError as error:
        got = f"no JSON ({error})"
    except (KeyError, TypeError):
        got = f"no {'.'.join(keys)}"
    else:
        if isinstance(found, str):
            return Versions(found)
        got = f"{found!r} at {'.'.join(keys)}"
    allowed = f"JSON with {'.'.join(keys)}, such as >=1.11.0"
    why = refusal(got=got, allowed=allowed, fix=f"git checkout {file.name} brings the project's back")
    raise ProblemsError.one(file.name, why)


@dataclass(frozen=True, kw_only=True)
class Locked:
    """A package in requirements.lock. One with a marker may be absent, or listed in two versions."""

    name: str
    version: str
    everywhere: bool


def lock_file(toolkit: str) -> str:
    """The lock of the Python packages of an environment with a toolkit."""
    return "requirements.lock" if toolkit == "cdktf" else f"requirements.{toolkit}.lock"


def locked(root: Path, toolkit: str = "cdktf") -> Iterator[Locked]:
    """Read the packages in the lock of a toolkit, cdktf or cdktn."""
    for line in (root / lock_file(toolkit)).read_text().splitlines():
        if pin := _PIN.match(line):
            yield Locked(
                name=normalised(pin["name"]), version=pin["version"], everywhere=pin["marker"] is None
            )


def normalised(name: str) -> str:
    """The name of a Python package as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _number(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", re.split(r"[-+]", version)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
