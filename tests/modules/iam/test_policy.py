"""IAM policy documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.errors import ProblemsError
from modules.iam.policy import Statement, policy_document

READ = Statement(sid="Read", actions=["s3:GetObject"], resources=["arn:aws:s3:::b/k"])


def test_an_identity_policy_says_what_was_asked_and_nothing_else() -> None:
    assert json.loads(policy_document(READ)) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/k"]}
        ],
    }


def test_a_trust_policy_names_its_service_and_its_condition() -> None:
    trust = Statement(
        actions=["sts:AssumeRole"],
        services=["ecs-tasks.amazonaws.com"],
        conditions={"StringEquals": {"aws:SourceAccount": "111122223333"}},
    )
    (statement,) = json.loads(policy_document(trust))["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": ["sts:AssumeRole"],
        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
    }


def test_several_principals_make_a_list_and_everyone_a_star() -> None:
    several = Statement(
        actions=["sts:AssumeRole"], principals=["arn:a", "arn:b"], services=["x.amazonaws.com"]
    )
    everyone = Statement(effect="Deny", actions=["s3:*"], resources=["*"], everyone=True)
    first, second = json.loads(policy_document(several, everyone))["Statement"]
    assert first["Principal"] == {"AWS": ["arn:a", "arn:b"], "Service": "x.amazonaws.com"}
    assert second["Principal"] == "*"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"actions": []}, r"Statement.actions: got none; .* name what is allowed or denied"),
        ({"actions": ["GetObject"]}, r"got 'GetObject'; allowed: service:Action"),
        ({"actions": "s3:GetObject"}, r"'str' instances are not allowed as a Sequence"),
        ({"sid": "with-dash"}, r"Statement.sid: got 'with-dash'; allowed: letters and digits"),
        ({"everyone": True, "services": ["x"], "effect": "Deny"}, r"got everyone and more"),
        ({"actions": ["*"]}, r"got '\*'; allowed: what is needed, by name; .* wildcard_reason"),
        ({"actions": ["kms:*"]}, r"got 'kms:\*'"),
        ({"resources": ["*"]}, r"Statement.resources: got '\*'"),
        ({"principals": ["*"]}, r"Statement.principals: got '\*'"),
        ({"everyone": True}, r"Statement.everyone: got 'True'"),
        ({"colour": "red"}, r"Statement.colour: there is no such setting"),
    ],
)
def test_a_statement_that_allows_too_much_or_is_none_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        Statement(**{"actions": ["s3:GetObject"], **fields})


def test_a_wildcard_with_its_reason_is_let_through() -> None:
    reason = "GetAuthorizationToken takes no resource"
    token = Statement(actions=["ecr:GetAuthorizationToken"], resources=["*"], wildcard_reason=reason)
    document = policy_document(token)
    assert json.loads(document)["Statement"][0]["Resource"] == ["*"]
    assert reason not in document


def test_two_statements_of_one_sid_are_refused() -> None:
    with pytest.raises(ProblemsError, match="got Read twice"):
        policy_document(READ, READ)


def test_no_statement_is_refused() -> None:
    with pytest.raises(ProblemsError, match="got no statement"):
        policy_document()


@given(
    actions=st.lists(st.sampled_from(["s3:GetObject", "s3:PutObject", "kms:Decrypt"]), min_size=1),
    resources=st.lists(st.text("abc:/-", min_size=1).map("arn:aws:s3:::".__add__)),
)
def test_a_document_repeats_nothing_and_loses_nothing(actions: list[str], resources: list[str]) -> None:
    (statement,) = json.loads(policy_document(Statement(actions=actions, resources=resources)))["Statement"]
    assert sorted(statement["Action"]) == sorted(set(actions))
    assert sorted(statement.get("Resource", [])) == sorted(set(resources))
