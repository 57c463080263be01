"""What checks a restored database is a service of the same stack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from modules.errors import ProblemsError
from modules.resilience.restore_test.settings import RestoreCheck, RestoreTestSettings, SqlCheck
from stacks.environment import PublicEnvironmentSettings
from tests.stacks.environments import environments

TESTED = {
    name: one
    for name, one in environments().items()
    if isinstance(one, PublicEnvironmentSettings) and one.restore_test
}


def test_every_product_tests_its_restores() -> None:
    assert {name.partition("-")[0] for name in TESTED} == {"ohi", "webapp", "booking"}


@pytest.mark.parametrize(
    "check", [SqlCheck(service="none"), RestoreCheck(service="none", command=("check",))]
)
@pytest.mark.parametrize("name", TESTED)
def test_a_check_by_a_service_that_there_is_not_is_refused_with_those_that_there_are(
    name: str, check: RestoreCheck | SqlCheck
) -> None:
    settings = TESTED[name]
    with pytest.raises(ProblemsError) as refused:
        replace(settings, restore_test=RestoreTestSettings(check=check))
    (problem,) = refused.value.problems
    assert problem.where == f"{type(settings).__name__}.restore_test.check.service"
    assert problem.what.startswith(
        f"got 'none'; allowed: {', '.join(settings.service_names)}; name the service"
    )
    assert len(settings.service_names) >= 1


@pytest.mark.parametrize("name", TESTED)
def test_a_check_by_any_service_of_the_stack_is_taken(name: str) -> None:
    settings = TESTED[name]
    for service in settings.service_names:
        check = SqlCheck(service=service)
        assert replace(settings, restore_test=RestoreTestSettings(check=check)).restore_test
