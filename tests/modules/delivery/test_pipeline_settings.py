"""Settings of a pipeline: what CodePipeline would refuse, or never match, is refused with a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.delivery.pipeline.settings import (
    Approval,
    BuildSettings,
    ImageBuild,
    Migration,
    PipelineSettings,
)
from modules.errors import ProblemsError


def pipeline(**changed: Any) -> PipelineSettings:
    return PipelineSettings(**{"repository": "example/shop", "branch": "main", "approval": None, **changed})


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"repository": ""}, "PipelineSettings.repository: got ''; allowed: owner/name"),
        ({"repository": "shop"}, "PipelineSettings.repository: got 'shop'; allowed: owner/name"),
        ({"branch": ""}, "PipelineSettings.branch: got ''; allowed: the name of a branch"),
        ({"branch": "a branch"}, "PipelineSettings.branch: got 'a branch'"),
        ({"branch": "main.lock"}, "PipelineSettings.branch: got 'main.lock'"),
        ({"connection_arn": "shop"}, "PipelineSettings.connection_arn: got 'shop'"),
        (
            {"paths": tuple(f"src/{one}/**" for one in "abcdefghi")},
            "PipelineSettings.paths: got 9; allowed: at",
        ),
        ({"ignored_paths": ("/docs/**",)}, "PipelineSettings.ignored_paths: got '/docs/**'"),
        (
            {"paths": ("src/**",), "starts_on_push": False},
            "PipelineSettings.paths: got paths without a start on push",
        ),
        ({"deployment_minutes": 61}, "PipelineSettings.deployment_minutes: got 61"),
    ],
)
def test_a_pipeline_that_would_not_work_is_refused(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ProblemsError, match=re.escape(why)):
        pipeline(**changed)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as refused:
        pipeline(repository="", branch="")
    assert [problem.where for problem in refused.value.problems] == [
        "PipelineSettings.repository",
        "PipelineSettings.branch",
    ]


def test_whether_somebody_approves_is_always_said() -> None:
    with pytest.raises(ProblemsError, match=r"PipelineSettings.approval: is required"):
        PipelineSettings(repository="example/shop", branch="main")  # type: ignore[call-arg]


@pytest.mark.parametrize("branch", ["main", "release/2026-11", "feature_x", "v1.2"])
def test_branches_that_git_allows_pass(branch: str) -> None:
    assert pipeline(branch=branch).branch == branch


@given(st.text(max_size=20))
def test_a_branch_with_a_space_or_a_sign_of_git_s_never_passes(text: str) -> None:
    for sign in " ~^:?*[\\":
        with pytest.raises(ProblemsError, match="the name of a branch"):
            pipeline(branch=f"{text}{sign}x")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Approval(emails=()), "Approval.emails: got none; allowed: at least one address"),
        (
            lambda: Approval(emails=("a@b.example",), minutes=4),
            "Approval.minutes: got 4; allowed: 5 to 86400",
        ),
        (lambda: Migration(service="web", command=()), "Migration.command: got (); allowed: a program"),
        (lambda: ImageBuild(dockerfile="/Dockerfile"), "ImageBuild.dockerfile: got '/Dockerfile'"),
        (lambda: ImageBuild(directory="../other"), "ImageBuild.directory: got '../other'"),
        (lambda: BuildSettings(minutes=3), "BuildSettings.minutes: got 3"),
    ],
)
def test_a_part_that_would_not_work_is_refused(make: Any, why: str) -> None:
    with pytest.raises(ProblemsError, match=re.escape(why)):
        make()
