"""Dead-letter queues of SQS: who may name which, and what is answered."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


@pytest.fixture
def sqs(emulator: Emulator) -> Any:
    return emulator.client("sqs", REGION)


def made(sqs: Any, name: str, **attributes: str) -> tuple[str, str]:
    """The URL and the ARN of a new queue."""
    url = str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
    return url, of(sqs, url)["QueueArn"]


def of(sqs: Any, url: str, *names: str) -> dict[str, str]:
    """Attributes of a queue, by name; all if none is named."""
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*names] or ["All"])
    return dict(answer.get("Attributes", {}))


def redriven(sqs: Any, url: str, arn: str) -> None:
    """Let a queue send what is received three times to another."""
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "3"})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})


def test_a_redrive_allow_policy_is_answered_until_it_is_emptied(sqs: Any) -> None:
    url, _ = made(sqs, "dead")
    assert "RedriveAllowPolicy" not in of(sqs, url)
    policy = {"redrivePermission": "byQueue", "sourceQueueArns": ["arn:aws:sqs:eu-west-1:123456789012:a"]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": json.dumps(policy)})
    for names in ([], ["RedriveAllowPolicy"], ["RedriveAllowPolicy", "QueueArn"]):
        assert json.loads(of(sqs, url, *names)["RedriveAllowPolicy"]) == policy
    assert set(of(sqs, url, "RedriveAllowPolicy", "QueueArn")) == {"RedriveAllowPolicy", "QueueArn"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": ""})
    assert "RedriveAllowPolicy" not in of(sqs, url)


@pytest.mark.parametrize("permission", ["denyAll", "byQueue"])
def test_a_queue_that_is_not_allowed_names_no_dead_letter_queue(sqs: Any, permission: str) -> None:
    dead, dead_arn = made(sqs, "dead")
    first, first_arn = made(sqs, "first")
    second, _ = made(sqs, "second")
    policy: dict[str, Any] = {"redrivePermission": permission}
    if permission == "byQueue":
        policy |= {"sourceQueueArns": [first_arn]}
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": json.dumps(policy)})
    with pytest.raises(ClientError, match=r"whose RedriveAllowPolicy does not allow .*:second"):
        redriven(sqs, second, dead_arn)
    assert "RedrivePolicy" not in of(sqs, second)
    asked = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "3"})
    with pytest.raises(ClientError, match=r"whose RedriveAllowPolicy does not allow .*:third"):
        made(sqs, "third", RedrivePolicy=asked)
    assert not sqs.list_queues(QueueNamePrefix="third").get("QueueUrls")
    if permission == "byQueue":
        redriven(sqs, first, dead_arn)
        assert json.loads(of(sqs, first)["RedrivePolicy"])["deadLetterTargetArn"] == dead_arn


def test_a_queue_is_created_with_its_dead_letter_queue(sqs: Any) -> None:
    _, dead_arn = made(sqs, "dead")
    asked = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "3"})
    url, _ = made(sqs, "first", RedrivePolicy=asked)
    assert json.loads(of(sqs, url)["RedrivePolicy"])["deadLetterTargetArn"] == dead_arn


def test_a_dead_letter_queue_is_of_the_type_of_the_queue_that_names_it(sqs: Any) -> None:
    standard, standard_arn = made(sqs, "standard")
    fifo, fifo_arn = made(sqs, "ordered.fifo", FifoQueue="true")
    with pytest.raises(ClientError, match="got a FIFO queue; allowed: a standard queue like the one"):
        redriven(sqs, standard, fifo_arn)
    with pytest.raises(ClientError, match="Fifo queues cannot use non fifo dead letter queues"):
        redriven(sqs, fifo, standard_arn)


def test_a_queue_has_one_kind_of_encryption(sqs: Any) -> None:
    by_default, _ = made(sqs, "default")
    assert of(sqs, by_default)["SqsManagedSseEnabled"] == "true"
    url, _ = made(sqs, "keyed", KmsMasterKeyId="alias/orders")
    assert (of(sqs, url)["KmsMasterKeyId"], of(sqs, url)["SqsManagedSseEnabled"]) == ("alias/orders", "false")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"SqsManagedSseEnabled": "true"})
    assert of(sqs, url)["SqsManagedSseEnabled"] == "true"
    assert "KmsMasterKeyId" not in of(sqs, url)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "alias/orders"})
    assert of(sqs, url)["SqsManagedSseEnabled"] == "false"


def test_a_policy_stays_when_another_attribute_is_set(sqs: Any) -> None:
    url, arn = made(sqs, "orders")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "5"})
    assert json.loads(of(sqs, url)["Policy"])["Statement"] == [statement]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Policy" not in of(sqs, url)


@pytest.mark.parametrize(
    ("name", "attributes", "said"),
    [
        ("a", {"FifoQueue": "true"}, "QueueName: got 'a'; allowed: .fifo at the end"),
        ("a.fifo", {}, "QueueName: got 'a.fifo'"),
        (
            "a",
            {"ContentBasedDeduplication": "true"},
            "Deduplication: got true; allowed: of FIFO queues alone",
        ),
        ("a", {"VisibilityTimeout": "43201"}, "VisibilityTimeout: got 43201; allowed: 0 to 43200"),
        ("a", {"DelaySeconds": "soon"}, "DelaySeconds: got soon; allowed: 0 to 900"),
        (
            "a",
            {"KmsMasterKeyId": "k", "SqsManagedSseEnabled": "true"},
            "got both; allowed: one of KmsMasterKeyId and SqsManagedSseEnabled",
        ),
        *(
            ("a", {"RedriveAllowPolicy": policy}, f"Attributes.RedriveAllowPolicy: got {got}")
            for policy, got in (
                ('{"redrivePermission":"byQueue"}', "0 sourceQueueArns; allowed: 1 to 10 with byQueue"),
                ('{"redrivePermission":"denyAll","sourceQueueArns":["a"]}', "denyAll; allowed: sourceQueue"),
                ('{"redrivePermission":"some"}', "'some'; allowed: allowAll, denyAll, byQueue"),
                ("[]", "'[]'; allowed: JSON with redrivePermission"),
            )
        ),
    ],
)
def test_what_sqs_takes_of_no_queue_is_refused(
    sqs: Any, name: str, attributes: dict[str, str], said: str
) -> None:
    with pytest.raises(ClientError, match=re.escape(said)) as refused:
        sqs.create_queue(QueueName=name, Attributes=attributes)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert not sqs.list_queues().get("QueueUrls")


def test_attributes_are_refused_of_a_queue_that_is_there_too(sqs: Any) -> None:
    url, _ = made(sqs, "orders")
    with pytest.raises(ClientError, match="MessageRetentionPeriod: got 59; allowed: 60 to 1209600"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "59"})
    assert of(sqs, url)["MessageRetentionPeriod"] == "345600"
