"""Whose tokens a role takes: those of its run in both forms, and no other; settings that are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modules.delivery.github.settings import GitHubRepository
from modules.delivery.github.trust import HOST, subjects
from modules.errors import ProblemsError
from tests.modules.delivery.github.conftest import DEV, REPOSITORY, SETTINGS

Json = dict[str, Any]
OLD, NEW = "repo:acme/shop", "repo:acme@11/shop@22"
MAIN = "refs/heads/main"


def claims(subject: str, **other: str) -> dict[str, str]:
    """The claims of a token, as condition keys."""
    given = {
        "aud": "sts.amazonaws.com",
        "sub": subject,
        "repository_id": "22",
        "repository_owner_id": "11",
        "ref": MAIN,
        **other,
    }
    return {f"{HOST}:{name}": value for name, value in given.items()}


def trusted(stack: Json, role: str, token: dict[str, str]) -> bool:
    """Whether the trust takes a token. The simulator has no claims of GitHub, and equality needs none."""
    (body,) = [
        one for one in stack["resource"]["aws_iam_role"].values() if one["name"] == f"shop-test-{role}"
    ]
    (statement,) = json.loads(body["assume_role_policy"])["Statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    assert statement["Principal"] == {"Federated": "${aws_iam_openid_connect_provider.github.arn}"}
    assert set(statement["Condition"]) == {"StringEquals"}
    conditions = statement["Condition"]["StringEquals"]
    assert "*" not in json.dumps(conditions)
    listed = {key: [value] if isinstance(value, str) else value for key, value in conditions.items()}
    return all(token.get(key) in values for key, values in listed.items())


@pytest.mark.parametrize("form", [OLD, NEW])
@pytest.mark.parametrize(
    ("role", "ending"),
    [
        ("pull-request", "pull_request"),
        ("nightly", "environment:nightly"),
        ("shop-dev-release", "environment:shop-dev"),
        ("shop-dev-apply", "environment:shop-dev"),
        ("shop-prod-apply", "environment:shop-prod"),
    ],
)
def test_a_role_takes_the_token_of_its_run_in_both_forms(
    form: str, role: str, ending: str, stack: Json
) -> None:
    assert trusted(stack, role, claims(f"{form}:{ending}"))


@pytest.mark.parametrize(
    "token",
    [
        claims(f"{OLD}:environment:shop-dev"),
        claims(f"{OLD}:pull_request", ref="refs/pull/1/merge"),
        claims(f"{OLD}:ref:refs/heads/main"),
        claims(f"{OLD}:environment:shop-prod", ref="refs/heads/feature"),
        claims(f"{OLD}:environment:shop-prod", repository_id="23"),
        claims(f"{OLD}:environment:shop-prod", repository_owner_id="12"),
        claims(f"{OLD}:environment:shop-prod", aud="https://github.com/acme"),
        claims("repo:acme@11/shop@23:environment:shop-prod"),
        claims("repo:acme@12/shop@22:environment:shop-prod"),
        claims("repo:acme/shop2:environment:shop-prod"),
        claims(f"{OLD}:environment:shop-prod2"),
        claims(f"{OLD}:environment:Shop-Prod"),
        {
            key: value
            for key, value in claims(f"{OLD}:environment:shop-prod").items()
            if not key.endswith(":ref")
        },
    ],
)
def test_any_other_token_is_refused(token: dict[str, str], stack: Json) -> None:
    assert not trusted(stack, "shop-prod-apply", token)
    assert not trusted(stack, "shop-prod-release", token)


def test_the_ref_of_a_pull_request_is_its_own(stack: Json) -> None:
    assert trusted(stack, "pull-request", claims(f"{NEW}:pull_request", ref="refs/pull/7/merge"))
    assert not trusted(stack, "pull-request", claims(f"{NEW}:environment:shop-dev"))


def test_a_repository_without_numbers_is_trusted_nowhere() -> None:
    unknown = GitHubRepository(owner="acme", name="shop")
    assert not unknown.is_known
    assert REPOSITORY.is_known
    # No repository and no owner has the number 0.
    assert subjects(unknown, "pull_request")[1] == "repo:acme@0/shop@0:pull_request"


def test_the_provider_has_no_thumbprint(stack: Json) -> None:
    (provider,) = stack["resource"]["aws_iam_openid_connect_provider"].values()
    assert provider["url"] == "https://token.actions.githubusercontent.com"
    assert provider["client_id_list"] == ["sts.amazonaws.com"]
    assert "thumbprint_list" not in provider


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ref": "main"}, "ref: got 'main'; allowed: refs/heads/…"),
        ({"ref": "refs/heads/*"}, r"ref: got 'refs/heads/\*'"),
        ({"session_hours": 13}, "session_hours: got 13; allowed: 12 or less"),
        ({"nightly_environment": "shop-dev"}, "got shop-dev, which the nightly workflow has"),
        ({"stacks": {"one": DEV, "two": DEV}}, "stacks.two.environment: got shop-dev, which one has"),
    ],
)
def test_wrong_settings_are_refused(changes: Json, said: str) -> None:
    with pytest.raises(ProblemsError, match=said):
        replace(SETTINGS, **changes)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: GitHubRepository(owner="ac*", name="shop"), r"owner: got 'ac\*'"),
        (lambda: GitHubRepository(owner="acme", name="shop/x"), "name: got 'shop/x'"),
        (lambda: replace(DEV, environment="prod:x"), "environment: got 'prod:x'"),
        (lambda: replace(DEV, regions=()), "regions: got no region"),
    ],
)
def test_wrong_names_are_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ProblemsError, match=said):
        make()
