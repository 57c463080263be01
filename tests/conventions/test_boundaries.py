"""Every role of a stack has the boundary that its context names; those that deploy are the account's own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
# Nothing bounds who deploys, but what they may is their policy's, and an account stack is applied by people.
DEPLOYERS = {
    "modules/delivery/github/deployers.py",
    "modules/delivery/terraform_cloud/terraform_cloud.py",
}


def roles(code: str) -> Iterator[ast.Call]:
    """Every role that code creates."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("IamRole"):
            yield node


def is_bounded(role: ast.Call) -> bool:
    """Whether a role is given the context's boundary."""
    given = {one.arg: ast.unparse(one.value) for one in role.keywords}
    return given.get("permissions_boundary", "").endswith("context.boundary_arn")


def test_every_role_has_the_boundary_of_its_context() -> None:
    found = {
        str(path.relative_to(PROJECT)): [is_bounded(role) for role in roles(path.read_text())]
        for folder in ("modules", "stacks", "operations")
        for path in (PROJECT / folder).rglob("*.py")
    }
    creating = {name: bounded for name, bounded in found.items() if bounded}
    assert len(creating) > len(DEPLOYERS)
    assert {name for name, bounded in creating.items() if not all(bounded)} == DEPLOYERS


def test_a_role_without_it_is_found() -> None:
    (role,) = roles("IamRole(self, 'role', assume_role_policy=policy)")
    assert not is_bounded(role)
