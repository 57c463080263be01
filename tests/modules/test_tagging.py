"""Tags: complete by policy, within AWS's limits, overridable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.errors import ProblemsError
from modules.tagging import TagPolicy, Tags

SHOP = TagPolicy(name="shop", required=("Environment", "Owner", "Service", "BackupPolicy"))


def complete(policy: TagPolicy, **values: str) -> Tags:
    return Tags(policy=policy, values={**dict.fromkeys(policy.required, "something"), **values})


@given(st.sets(st.sampled_from(SHOP.required), min_size=1))
def test_every_missing_tag_is_named(missing: set[str]) -> None:
    values = {key: "something" for key in SHOP.required if key not in missing}
    with pytest.raises(ProblemsError) as error:
        Tags(policy=SHOP, values=values)
    assert {problem.where for problem in error.value.problems} == {f"Tags.{key}" for key in missing}


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"Owner": "x" * 257}, "Owner: got 257 characters; allowed: at most 256"),
        ({"Owner": "a;b"}, "Owner: got 'a;b'"),
        ({"aws:Owner": "a"}, "not starting with 'aws:'"),
        ({"k" * 129: "a"}, "1 to 128 characters"),
        ({f"Key{number}": "a" for number in range(50)}, "at most 50"),
    ],
)
def test_what_aws_refuses_is_refused_before(tags: dict[str, str], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        complete(SHOP, **tags)
    with pytest.raises(ProblemsError, match=message):
        complete(SHOP).override(**tags)


def test_an_override_holds_only_the_difference() -> None:
    tags = complete(SHOP, Service="platform", BackupPolicy="none")
    assert tags.override(Service="api", BackupPolicy="none") == {"Service": "api"}


@given(st.integers(1, 12), st.integers(0, 12), st.integers(1, 12))
def test_limited_tags_leave_out_the_first_that_may_be_and_no_more_than_needed(
    count: int, optional: int, most: int
) -> None:
    keys = [f"Key{place:02}" for place in range(count)]
    policy = TagPolicy(name="shop", required=tuple(keys), optional_where_limited=tuple(keys[:optional]))
    tags = Tags(policy=policy, values=dict.fromkeys(keys, "x"))
    surplus = max(0, count - most)
    if surplus > min(optional, count):
        with pytest.raises(ProblemsError, match=f"allowed: at most {most}; name {surplus} of them"):
            tags.limited(most)
    else:
        assert list(tags.limited(most)) == keys[surplus:]
