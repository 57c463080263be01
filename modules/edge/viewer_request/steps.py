"""The steps of a distribution's function, and its code. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ProblemsError, refusal
from ...pause.page import PAGE, RETRY_SECONDS

_FOLDER = Path(__file__).parent
# Amazon CloudFront Developer Guide, "Restrictions on CloudFront Functions": "Maximum function size … 10 KB".
_LARGEST = 10_240


@dataclass(frozen=True, kw_only=True)
class Step:
    """One function of JavaScript runtime 2.0: `function <name>(request, settings)`.

    It returns an answer, or undefined, perhaps after it changed the request. `settings` reach it as JSON; a
    value that only Terraform knows is a string there.
    """

    name: str
    source: str
    settings: Mapping[str, Any]


def answer_while_paused(paused: str) -> Step:
    """Answer every request with the page of a paused stack (503) where `paused` is Terraform's true."""
    return _step("answer_while_paused", paused=paused, page=PAGE, seconds=RETRY_SECONDS)


def redirect_hosts(hosts: Sequence[str], to: str) -> Step:
    """Answer `hosts` with a permanent redirect to the same path of another host."""
    return _step("redirect_hosts", hosts=list(hosts), to=to)


def serve_entry_page(page: str) -> Step:
    """Give paths without an extension, those of a single-page application, its entry page."""
    return _step("serve_entry_page", page=f"/{page}")


def code_of(steps: Sequence[Step]) -> str:
    """The function that runs `steps` in their order.

    Raises ProblemsError for the same step twice and for more code than CloudFront takes.
    """
    names = [step.name for step in steps]
    for name in names:
        if names.count(name) > 1:
            why = refusal(got="it twice", allowed="each step once", fix="join the two")
            raise ProblemsError.one(f"step {name}", why)
    table = ",\n".join(
        f"  {{ run: {step.name}, settings: {json.dumps(dict(step.settings))} }}" for step in steps
    )
    parts = (*(step.source for step in steps), f"const steps = [\n{table},\n];\n", _source("handler"))
    code = "".join(parts)
    if (size := len(code.encode())) > _LARGEST:
        why = refusal(got=f"{size} bytes", allowed=f"at most {_LARGEST}", fix="shorten a step")
        raise ProblemsError.one(f"code of {', '.join(names)}", why)
    return code


def _step(name: str, **settings: Any) -> Step:
    return Step(name=name, source=_source(name), settings=settings)


def _source(name: str) -> str:
    return (_FOLDER / f"{name}.js").read_text(encoding="utf-8")
