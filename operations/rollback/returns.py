"""Which services go back, and to which revision: the named ones, and those that share an image with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from modules.errors import Problem, ProblemsError, refusal
from operations.rollback.services import DeployedService, Revision


@dataclass(frozen=True, kw_only=True)
class Return:
    """A service that goes back, and the revision to which it does."""

    of: DeployedService
    target: Revision
    shares_with: str = ""  # the named service whose image it follows; empty: it was named itself

    @property
    def service(self) -> str:
        """The short name of the service."""
        return self.of.service

    @property
    def superseded(self) -> tuple[Revision, ...]:
        """Every later active revision, which is deregistered."""
        return self.of.after(self.target)


def returns(stack: str, found: Mapping[str, DeployedService], names: Sequence[str]) -> list[Return]:
    """The named services, and every other one whose image is in the same parameter.

    Raises ProblemsError for unknown services, ones without a revision to go back to, and named ones of one
    parameter that would go back to different images.
    """
    wanted = list(dict.fromkeys(names))
    problems = list(_problems(stack, found, wanted))
    if problems:
        raise ProblemsError(problems)
    named = [Return(of=found[name], target=target) for name in wanted if (target := found[name].target)]
    problems = list(_different_images(stack, named))
    others = list(_sharing(stack, found, named, problems))
    if problems:
        raise ProblemsError(problems)
    return [*named, *others]


def _problems(stack: str, found: Mapping[str, DeployedService], names: Sequence[str]) -> Iterator[Problem]:
    for name in names:
        if name not in found:
            why = refusal(got=repr(name), allowed=", ".join(found), fix="name one of these")
            yield Problem(where=f"{stack} service", what=why)
        elif found[name].target is None:
            what = "has no earlier active revision to go back to; deploy a good image instead"
            yield Problem(where=f"{stack} {name}", what=what)


def _different_images(stack: str, named: Sequence[Return]) -> Iterator[Problem]:
    first: dict[str, Return] = {}
    for one in named:
        if one.of.parameter is None:
            continue
        other = first.setdefault(one.of.parameter, one)
        if other.target.image != one.target.image:
            why = refusal(
                got=f"{other.service} back to {other.target.image}, {one.service} to {one.target.image}",
                allowed="one image, which they share",
                fix="name only the service whose image is right: the others follow it",
            )
            yield Problem(where=f"{stack} {one.of.parameter}", what=why)


def _sharing(
    stack: str, found: Mapping[str, DeployedService], named: Sequence[Return], problems: list[Problem]
) -> Iterator[Return]:
    leading = {one.of.parameter: one for one in named if one.of.parameter is not None}
    for other in found.values():
        lead = leading.get(other.parameter or "")
        if lead is None or any(one.of is other for one in named):
            continue
        target = other.with_image(lead.target.image)
        if target is None:
            why = refusal(
                got=f"no active revision of {other.service} with {lead.target.image}",
                allowed=f"the image of {lead.service}, which it shares",
                fix=f"deploy it to both: infra deploy {stack} {lead.service}={lead.target.image}",
            )
            problems.append(Problem(where=f"{stack} {other.service}", what=why))
        elif target != other.running or other.after(target):
            yield Return(of=other, target=target, shares_with=lead.service)
