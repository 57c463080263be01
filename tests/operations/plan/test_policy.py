"""Checkov's findings against the list of exceptions, without checkov."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from modules.errors import ProblemsError
from operations.plan import policy
from operations.plan.accepted import Accepted
from operations.plan.policy import Finding
from operations.plan.policy_exceptions import EXCEPTIONS
from operations.terraform.process import Finished
from tests.running import PROJECT

FINDING = Finding(stack="ohi-dev", check="CKV_1", address="aws_lb.web", title="is bad")
FAILED = {"file_path": "/ohi-dev.json", "check_id": "CKV_1", "resource": "aws_lb.web", "check_name": "is bad"}


def answer(value: Any) -> Finished:
    return Finished(code=1, output=json.dumps(value), errors="")


def whole(*, resources: int = 3, broken: int = 0) -> dict[str, Any]:
    summary = {"resource_count": resources, "parsing_errors": broken}
    return {"summary": summary, "results": {"failed_checks": [FAILED, FAILED]}}


def accepted(check: str = "CKV_1", resource: str = "aws_lb.*", stack: str = "*-dev") -> Accepted:
    return Accepted(
        check=check, modules=("modules/edge",), resources=(resource,), stacks=(stack,), reason="meant"
    )


def test_findings_are_read_once_each() -> None:
    assert policy._read(answer(whole()), resources=3) == [FINDING]
    assert policy._read(answer([whole()]), resources=3) == [FINDING]


def test_no_finding_is_fine_when_everything_was_looked_at() -> None:
    assert policy._read(answer({"resource_count": 3, "parsing_errors": 0}), resources=3) == []


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (answer(whole(resources=2)), "looked at 2 of 3 resources"),
        (answer(whole(broken=1)), "with 1 files it could not read"),
        (Finished(code=2, output="", errors="no module named x\n"), "gave no report: no module named x"),
    ],
)
def test_a_run_that_has_not_looked_at_everything_counts_for_nothing(output: Finished, message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        policy._read(output, resources=3)


@pytest.mark.parametrize(
    ("exception", "left"),
    [
        (accepted(), []),
        (accepted(check="CKV_2"), [FINDING]),
        (accepted(resource="aws_s3_bucket.*"), [FINDING]),
        (accepted(stack="*-prod"), [FINDING]),
    ],
)
def test_an_exception_covers_its_check_resources_and_stacks(exception: Accepted, left: list[Finding]) -> None:
    assert policy.left_over([FINDING], [exception]) == left
    assert policy.unused([FINDING], [exception]) == ([exception] if left else [])


def test_every_exception_names_a_resource_type_and_gives_a_reason() -> None:
    for one in EXCEPTIONS:
        assert len(one.reason) > 40
        assert all(pattern.startswith("aws_") and "." in pattern for pattern in one.resources)
    keys = [(one.check, one.resources, one.stacks) for one in EXCEPTIONS]
    assert len(keys) == len(set(keys))


def test_every_exception_is_about_a_module_and_names_nothing_of_a_product() -> None:
    for one in EXCEPTIONS:
        assert [folder for folder in one.modules if not (PROJECT / folder).is_dir()] == []
        products = [pattern for pattern in one.resources if not pattern.partition(".")[2].startswith("*")]
        assert products == [] or one.modules in (("backend",), ("modules/governance",))


def test_an_exception_for_public_data_asks_for_the_tag() -> None:
    public = replace(accepted(), data="public")
    assert policy.left_over([FINDING], [public]) == [FINDING]
    assert policy.left_over([replace(FINDING, data="pii")], [public]) != []
    assert policy.left_over([replace(FINDING, data="public")], [public]) == []


def test_the_tag_of_a_finding_is_that_of_the_planned_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = {
        "address": "aws_lb.web",
        "mode": "managed",
        "values": {"tags": {"DataClassification": "public"}},
    }
    plan = {"planned_values": {"root_module": {"resources": [resource]}}}
    monkeypatch.setattr(policy, "checkov", lambda: "checkov")
    monkeypatch.setattr("operations.terraform.process.run", lambda *_, **__: answer(whole(resources=1)))
    assert policy.findings({"ohi-dev": plan}) == [replace(FINDING, data="public")]


def test_without_checkov_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(policy, "_OWN", tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProblemsError, match="make policy"):
        policy.findings({})
