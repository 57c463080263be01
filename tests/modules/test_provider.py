"""The provider's versions: what a stack takes, and what a setting raises them to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.provider import OLDEST, PROVEN, UNSUPPORTED, ProviderVersions, Requirement, admits
from modules.settings import collecting_problems
from tests.modules.conftest import SynthesizeModule


@pytest.mark.parametrize(
    ("required", "lowest"),
    [((), OLDEST), (("5.9.0",), OLDEST), (("6.4.0", "6.25.0"), "6.25.0"), (("6.10.0", "6.4.0"), "6.10.0")],
)
def test_the_highest_requirement_is_the_lowest_version(required: tuple[str, ...], lowest: str) -> None:
    assert ProviderVersions().constraint(*required) == f">= {lowest}, < {UNSUPPORTED}"


@pytest.mark.parametrize("required", [None, "6.4.0"])
def test_a_module_raises_the_version_of_its_stack(
    required: str | None, synthesize_module: SynthesizeModule
) -> None:
    def build(_stack: Any, context: Any) -> None:
        for version in filter(None, [required, OLDEST]):
            context.account.require_provider(Requirement(version, "a setting"), where="api")

    providers = synthesize_module(build)["terraform"]["required_providers"]
    assert providers["aws"]["version"] == ProviderVersions().constraint(*filter(None, [required]))


def test_a_stack_that_takes_no_such_version_refuses_the_setting() -> None:
    from cdktf import App, TerraformStack

    from modules.account import Account

    account = Account(TerraformStack(App(), "shop-prod"), "account", region="eu-west-1", provider=PROVEN)
    account.require_provider(Requirement("5.101.0", "a setting"), where="api")
    with pytest.raises(ProblemsError) as refused:
        account.require_provider(Requirement("6.4.0", 'strategy="BLUE_GREEN"'), where="api")
    assert str(refused.value) == (
        'api: got strategy="BLUE_GREEN", which needs the AWS provider 6.4.0 or newer; allowed: what the '
        f"versions of shop-prod have, {PROVEN.constraint()}; leave it out, or take newer ones by "
        "Environment(provider=ProviderVersions()); docs/versions.md says what to know of them"
    )


def test_all_settings_that_need_newer_versions_are_told_at_once() -> None:
    from cdktf import App, TerraformStack

    from modules.account import Account

    account = Account(TerraformStack(App(), "shop-prod"), "account", region="eu-west-1", provider=PROVEN)

    def services() -> None:
        with collecting_problems():
            account.require_provider(Requirement("6.4.0", 'strategy="BLUE_GREEN"'), where="api")
            account.require_provider(Requirement("6.13.0", "scaling.predictive"), where="web")

    with pytest.raises(ProblemsError) as refused:
        services()
    assert [problem.where for problem in refused.value.problems] == ["api", "web"]


def test_what_is_proven_is_the_version_that_tests_apply_with_and_no_newer_major_one() -> None:
    assert admits(PROVEN.constraint(), OLDEST)
    assert not admits(PROVEN.constraint(), f"{int(OLDEST[0]) + 1}.0.0")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            lambda: ProviderVersions(oldest="6"),
            "ProviderVersions.oldest: got '6'; allowed: a version",
        ),
        (
            lambda: ProviderVersions(before="six"),
            "ProviderVersions.before: got 'six'; allowed: a version",
        ),
        (lambda: ProviderVersions(oldest="5.99.0"), "got >= 5.99.0, < 7.0.0; allowed: a part of >= 5.100.0"),
        (lambda: ProviderVersions(before="8.0.0"), "got >= 5.100.0, < 8.0.0; allowed: a part of"),
        (
            lambda: ProviderVersions(oldest="6.25.0", before="6.0.0"),
            "got >= 6.25.0, < 6.0.0; allowed:",
        ),
    ],
)
def test_versions_that_no_stack_can_take_are_refused(
    made: Callable[[], ProviderVersions], message: str
) -> None:
    with pytest.raises(ProblemsError) as refused:
        made()
    assert message in str(refused.value)
