"""Which differences between the state and AWS are drift, by the JSON of plans."""

from __future__ import annotations

import json
from typing import Any

from operations.drift.reality import REDACTED, Difference, reality

Json = dict[str, Any]
ADDRESS = "aws_sqs_queue.queue"


def change(before: Json | None, after: Json | None, *actions: str, **masks: Any) -> Json:
    return {
        "address": ADDRESS,
        "mode": "managed",
        "change": {"actions": [*actions], "before": before, "after": after, **masks},
    }


def plan(drifted: Json | None, planned: Json) -> Json:
    state: Json = {"values": {"root_module": {"resources": [{}]}}}
    return {
        "prior_state": state,
        "resource_drift": [drifted] if drifted else [],
        "resource_changes": [planned],
    }


def test_what_the_next_apply_would_take_back_is_drift() -> None:
    was, now = {"delay": 0, "rules": [{"port": 80}]}, {"delay": 9, "rules": [{"port": 81}]}
    found = reality(plan(change(was, now, "update"), change(now, was, "update")))
    assert found.drift == (
        Difference(address=ADDRESS, attribute="delay", was=0, now=9),
        Difference(address=ADDRESS, attribute="rules.0.port", was=80, now=81),
    )
    assert found.deployed
    assert not found.also_planned


def test_of_two_policies_only_what_differs_is_told() -> None:
    first, second = ({"Sid": sid, "Effect": "Deny"} for sid in ("First", "Second"))
    was = {"policy": json.dumps({"Statement": [first, second]}), "text": "{ no JSON"}
    now = {"policy": json.dumps({"Statement": [{**second, "Effect": "Allow"}]}), "text": "[ nor this"}
    found = reality(plan(change(was, now, "update"), change(now, was, "update")))
    assert found.drift == (
        Difference(address=ADDRESS, attribute="policy.Statement.First.Effect", was="Deny", now=None),
        Difference(address=ADDRESS, attribute="policy.Statement.First.Sid", was="First", now=None),
        Difference(address=ADDRESS, attribute="policy.Statement.Second.Effect", was="Deny", now="Allow"),
        Difference(address=ADDRESS, attribute="text", was="{ no JSON", now="[ nor this"),
    )


def test_a_sensitive_policy_is_not_shown() -> None:
    was, now = ({"policy": json.dumps({"Key": value})} for value in ("one", "two"))
    masks = {"before_sensitive": {"policy": True}, "after_sensitive": {}}
    found = reality(plan(change(was, now, "update", **masks), change(now, was, "update")))
    assert [(one.was, one.now) for one in found.drift] == [(REDACTED, REDACTED)]


def test_what_no_plan_changes_is_none() -> None:
    # A number of tasks under `ignore_changes`, an image that a deployment changed, a time that AWS keeps.
    was, now = {"desired_count": 1, "restorable": "8:00"}, {"desired_count": 3, "restorable": "9:00"}
    found = reality(plan(change(was, now, "update"), change(now, now, "no-op")))
    assert not found.drift
    assert not found.also_planned


def test_beside_what_is_taken_back_nothing_else_of_the_resource_is_drift() -> None:
    was, now = {"delay": 0, "restorable": "8:00"}, {"delay": 9, "restorable": "9:00"}
    found = reality(plan(change(was, now, "update"), change(now, {**now, "delay": 0}, "update")))
    assert [one.attribute for one in found.drift] == ["delay"]


def test_what_was_deleted_is_one_difference() -> None:
    found = reality(plan(change({"delay": 0}, None, "delete"), change(None, {"delay": 0}, "create")))
    assert found.drift == (Difference(address=ADDRESS, attribute=None, was="there", now="deleted"),)
    assert not found.also_planned


def test_what_left_the_code_and_aws_is_none() -> None:
    assert not reality({"resource_drift": [change({"delay": 0}, None, "delete")]}).drift


def test_a_tag_is_told_once_and_a_default_tag_too() -> None:
    tags, others = {"Name": "a"}, {"Name": "b"}
    was = {"tags": tags, "tags_all": {**tags, "Owner": "team"}}
    now = {"tags": others, "tags_all": {**others, "Owner": "me"}}
    found = reality(plan(change(was, now, "update"), change(now, was, "update")))
    assert [one.attribute for one in found.drift] == ["tags.Name", "tags_all.Owner"]


def test_a_sensitive_value_is_not_shown() -> None:
    was, now = {"password": "old", "user": {"key": "old"}}, {"password": "new", "user": {"key": "new"}}
    drifted = change(was, now, "update", before_sensitive={"password": True}, after_sensitive={"user": True})
    found = reality(plan(drifted, change(now, was, "update")))
    assert [one.attribute for one in found.drift] == ["password", "user.key"]
    assert {(one.was, one.now) for one in found.drift} == {(REDACTED, REDACTED)}


def test_a_change_of_the_code_is_no_drift_and_is_told() -> None:
    found = reality(plan(None, change({"delay": 0}, {"delay": 5}, "update")))
    assert not found.drift
    assert found.also_planned == (ADDRESS,)


def test_a_change_of_the_code_beside_drift_of_the_same_resource_is_told() -> None:
    was, now = {"delay": 0, "size": 1}, {"delay": 9, "size": 1}
    found = reality(plan(change(was, now, "update"), change(now, {"delay": 0, "size": 2}, "update")))
    assert [one.attribute for one in found.drift] == ["delay"]
    assert found.also_planned == (ADDRESS,)


def test_a_stack_without_a_state_is_not_deployed() -> None:
    found = reality({"resource_changes": [change(None, {"delay": 0}, "create")]})
    assert not found.deployed
    assert not found.drift
