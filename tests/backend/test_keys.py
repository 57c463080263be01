"""Two stacks never share a state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.keys import digest_item, lock_item, lock_key, stack_of, state_key, state_keys
from modules.errors import ProblemsError

names = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,3}", fullmatch=True)


@given(st.lists(names, unique=True))
def test_different_stacks_have_different_objects_and_items(stacks: list[str]) -> None:
    keys = state_keys(stacks)
    objects = [path for key in keys.values() for path in (key, lock_key(key))]
    items = [item for key in keys.values() for item in (lock_item("b", key), digest_item("b", key))]
    assert len(set(objects)) == len(objects)
    assert len(set(items)) == len(items)


@given(names)
def test_the_stack_is_found_again_from_its_state_and_its_lock(stack: str) -> None:
    assert stack_of(state_key(stack)) == stack_of(lock_key(state_key(stack))) == stack


@pytest.mark.parametrize(
    "key", ["terraform.tfstate", "env:/x/ohi-dev/terraform.tfstate", "ohi-dev/other", "a/b/terraform.tfstate"]
)
def test_other_objects_belong_to_no_stack(key: str) -> None:
    assert stack_of(key) is None


def test_one_name_for_two_stacks_is_refused() -> None:
    with pytest.raises(
        ProblemsError, match=r"^ohi-dev: two stacks have this name, so one state; rename one$"
    ):
        state_keys(["ohi-dev", "ohi-prod", "ohi-dev"])


@pytest.mark.parametrize("name", ["", "Ohi-dev", "ohi/dev", "ohi_dev", "-ohi", "../ohi", "ohi dev", "env:"])
def test_a_name_that_could_reach_anothers_state_is_refused(name: str) -> None:
    with pytest.raises(ProblemsError, match="allowed: lower-case words joined by '-'; rename the stack"):
        state_key(name)
