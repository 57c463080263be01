"""Services and containers by the names that a person typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from modules.errors import Problem, ProblemsError, refusal
from operations.synthesized.services import Container, Service


def chosen_services(stack: str, found: Mapping[str, Service], names: Sequence[str]) -> list[Service]:
    """The named services, without a name all. Raises ProblemsError for every unknown one."""
    wanted = list(dict.fromkeys(names)) or list(found)
    if problems := list(_unknown(f"{stack} service", wanted, found)):
        raise ProblemsError(problems)
    return [found[name] for name in wanted]


def chosen_container(service: Service, name: str | None) -> Container:
    """The named container, without a name the service's own. Raises ProblemsError for an unknown one."""
    if name is None:
        return service.container
    known = {one.name: one for one in service.containers}
    if problems := list(_unknown(f"container of {service.service}", [name], known)):
        raise ProblemsError(problems)
    return known[name]


def _unknown(where: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            allowed = ", ".join(known) or "none: the stack has no service"
            yield Problem(where=where, what=refusal(got=repr(name), allowed=allowed, fix="name one of these"))
