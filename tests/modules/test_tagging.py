"""Tags: complete by policy, within AWS's limits, overridable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.errors import ProblemsError
from modules.tagging import OHI_TAGS, WEBAPP_TAGS, TagPolicy, Tags

POLICIES = (OHI_TAGS, WEBAPP_TAGS)


def complete(policy: TagPolicy, **values: str) -> Tags:
    return Tags(policy=policy, values={**dict.fromkeys(policy.required, "something"), **values})


def test_the_policies_are_those_of_the_specifications() -> None:
    assert (len(OHI_TAGS.required), len(WEBAPP_TAGS.required)) == (11, 5)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
@given(data=st.data())
def test_every_missing_tag_is_named(policy: TagPolicy, data: st.DataObject) -> None:
    missing = data.draw(st.sets(st.sampled_from(policy.required), min_size=1))
    values = {key: "something" for key in policy.required if key not in missing}
    with pytest.raises(ProblemsError) as error:
        Tags(policy=policy, values=values)
    assert {problem.where for problem in error.value.problems} == {f"Tags.{key}" for key in missing}


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"Owner": "x" * 257}, "Owner: got 257 characters; allowed: at most 256"),
        ({"Owner": "a;b"}, "Owner: got 'a;b'"),
        ({"aws:Owner": "a"}, "not starting with 'aws:'"),
        ({"k" * 129: "a"}, "1 to 128 characters"),
        ({f"Key{number}": "a" for number in range(45)}, "at most 50"),
    ],
)
def test_what_aws_refuses_is_refused_before(tags: dict[str, str], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        complete(OHI_TAGS, **tags)
    with pytest.raises(ProblemsError, match=message):
        complete(OHI_TAGS).override(**tags)


def test_an_override_holds_only_the_difference() -> None:
    tags = complete(OHI_TAGS, Service="platform", BackupPolicy="none")
    assert tags.override(Service="api", BackupPolicy="none") == {"Service": "api"}
