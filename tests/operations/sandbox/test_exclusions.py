"""What cannot be emulated is left out by name, with what refers to it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from operations.sandbox import EXCLUSIONS, Exclusion
from operations.sandbox.exclusions import without

STACK: dict[str, Any] = {
    "resource": {
        "aws_thing": {"one": {"name": "one"}, "two": {"name": "two"}},
        "aws_alarm": {"one": {"metric": "${aws_thing.one.id}"}, "two": {"metric": "${aws_thing.two.id}"}},
        "aws_board": {"all": {"body": '{"on": "${aws_alarm.one.arn} and ${aws_alarm.two.arn}"}'}},
        "aws_rule": {"last": {"port": 80, "depends_on": ["aws_thing.one", "aws_thing.two"]}},
    },
    "data": {"aws_policy": {"read": {"statement": [{"resources": ["${aws_thing.one.arn}/*"]}]}}},
    "output": {"one": {"value": "${aws_thing.one.id}"}, "two": {"value": "${aws_thing.two.id}"}},
}


def test_an_address_goes_with_what_refers_to_it() -> None:
    left, out = without(STACK, [Exclusion(what="aws_thing.one", reason="not emulated")])
    assert {one.address: one.reason for one in out} == {
        "aws_thing.one": "not emulated",
        "aws_alarm.one": "refers to aws_thing.one",
        "aws_board.all": "refers to aws_alarm.one",
        "data.aws_policy.read": "refers to aws_thing.one",
        "output.one": "refers to aws_thing.one",
    }
    assert left["resource"] == {
        "aws_thing": {"two": {"name": "two"}},
        "aws_alarm": {"two": {"metric": "${aws_thing.two.id}"}},
        "aws_rule": {"last": {"port": 80, "depends_on": ["aws_thing.two"]}},
    }
    assert left["data"] == {}
    assert left["output"] == {"two": {"value": "${aws_thing.two.id}"}}


def test_a_type_goes_whole() -> None:
    left, out = without(STACK, [Exclusion(what="aws_alarm", reason="not emulated")])
    assert {one.address for one in out} == {"aws_alarm.one", "aws_alarm.two", "aws_board.all"}
    assert set(left["resource"]) == {"aws_thing", "aws_rule"}


def test_a_data_source_is_not_the_resource_of_its_name() -> None:
    stack = {
        "resource": {"aws_thing": {"one": {}}},
        "data": {"aws_thing": {"one": {}}},
        "output": {"a": {"value": "${data.aws_thing.one.id}"}, "b": {"value": "${aws_thing.one.id}"}},
    }
    _, out = without(stack, [Exclusion(what="data.aws_thing", reason="not emulated")])
    assert [one.address for one in out] == ["data.aws_thing.one", "output.a"]


@pytest.mark.parametrize("what", ["aws_other", "aws_thing.three", "aws_thin"])
def test_what_is_not_there_is_not_left_out(what: str) -> None:
    left, out = without(STACK, [Exclusion(what=what, reason="not emulated")])
    assert (left, out) == (STACK, ())


def test_every_exclusion_has_its_reason() -> None:
    assert all(exclusion.reason.strip() for exclusion in EXCLUSIONS)
    assert len({exclusion.what for exclusion in EXCLUSIONS}) == len(EXCLUSIONS)
