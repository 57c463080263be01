"""Names stay within AWS's limits, and say so when they can't."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from modules.errors import ProblemsError
from modules.naming import Limit, Naming

WORDS = st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,12}){0,2}", fullmatch=True)
NAMING = Naming(product="ohi", environment="prod")


def test_a_name_is_product_environment_parts() -> None:
    assert NAMING.of(Limit.IAM_ROLE, "provider-api", "task") == "ohi-prod-provider-api-task"
    assert NAMING.path(Limit.LOG_GROUP, "/ecs", "api") == "/ecs/ohi-prod/api"
    assert NAMING.prefix(Limit.SECURITY_GROUP, "rds") == "ohi-prod-rds-"
    assert NAMING.of(Limit.CLUSTER) == "ohi-prod"


def test_a_name_over_its_limit_is_refused_with_the_limit_and_the_kind() -> None:
    with pytest.raises(ProblemsError, match=r"got 34 characters; allowed: at most 32 for a .*target group"):
        NAMING.of(Limit.TARGET_GROUP, "a" * 25)


def test_a_product_whose_name_leaves_no_room_is_refused() -> None:
    assert Naming(product="a" * 58, environment="prod").base
    with pytest.raises(
        ProblemsError, match=r"Naming\.product: got 64 characters with the environment; allowed"
    ):
        Naming(product="a" * 59, environment="prod")


def test_a_prefix_leaves_room_for_what_terraform_appends() -> None:
    with pytest.raises(ProblemsError, match="at most 38"):
        NAMING.prefix(Limit.IAM_ROLE, "a" * 30)


@pytest.mark.parametrize("part", ["Api", "api_task", "", "-api", "api-", "a b"])
def test_a_part_that_is_not_kebab_case_is_refused(part: str) -> None:
    with pytest.raises(ProblemsError, match="lower-case words joined by '-'"):
        NAMING.of(Limit.IAM_ROLE, part)
    with pytest.raises(ProblemsError, match=r"Naming\.product"):
        Naming(product=part, environment="prod")


def test_every_limit_keeps_its_own_kind() -> None:
    kinds = [limit.kind for limit in Limit]
    assert len(kinds) == len(set(kinds)) > 20


@given(parts=st.lists(WORDS, max_size=4), limit=st.sampled_from(Limit))
def test_a_short_name_always_fits_and_is_readable_at_its_start(parts: list[str], limit: Limit) -> None:
    name = NAMING.short(limit, *parts)
    assert len(name) <= limit.longest
    assert name.startswith("ohi-prod")
    assert "--" not in name
    assert not name.endswith("-")


@given(one=WORDS, other=WORDS)
def test_two_names_never_become_one_by_shortening(one: str, other: str) -> None:
    assume(one != other)
    tail = "a-part-long-enough-to-be-cut"
    assert NAMING.short(Limit.TARGET_GROUP, tail, one) != NAMING.short(Limit.TARGET_GROUP, tail, other)
