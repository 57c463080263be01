"""Queues of SQS as they are synthesized: encryption, dead letters, policies, clients, alarms, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.monitoring.metrics import Expression
from modules.monitoring.monitored import metrics_of
from modules.queues.sqs.settings import QueueSettings, Sender

Json = dict[str, Any]
TOPIC = "arn:aws:sns:eu-west-1:111122223333:orders"
RULES = ("arn:aws:events:eu-west-1:111122223333:rule/day", "arn:aws:events:eu-west-1:111122223333:rule/night")
ORDERS = QueueSettings(
    name="orders",
    visibility_seconds=120,
    retention_days=3,
    max_receives=4,
    senders=(Sender(service="sns", arn=TOPIC), *(Sender(service="events", arn=rule) for rule in RULES)),
)
SMALL = QueueSettings(
    name="mail-jobs",
    fifo=True,
    deduplicated_by_content=True,
    encryption="SQS",
    retention_days=14,
    delay_seconds=10,
    wait_seconds=0,
    dead_messages=3,
    protected=False,
)
LOOKED_UP = ["sqs:GetQueueUrl", "sqs:GetQueueAttributes"]
RECEIVE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]


def build(stack: Any, context: Any) -> None:
    """Two queues, and outputs of what their clients are given and what scales them."""
    from cdktf import TerraformOutput

    from modules.iam.policy import policy_document
    from modules.queues.sqs.queue import Queue

    orders = Queue(stack, "orders", context=context, settings=ORDERS)
    small = Queue(stack, "small", context=context, settings=SMALL)
    accesses = {
        "sends": orders.client_access(send=True),
        "receives": orders.client_access(receive=True),
        "both": small.client_access(send=True, receive=True),
    }
    for name, access in accesses.items():
        policy = policy_document(*access.statements)
        TerraformOutput(stack, name, value={"environment": dict(access.environment), "policy": policy})
    for name, queue in (("orders-alarms", orders), ("small-alarms", small)):
        value = {
            one.key: [dict(metrics_of(one.series)[0].dimensions), one.text, one.threshold]
            for one in queue.monitored.alarms
        }
        TerraformOutput(stack, name, value=value)
    series = orders.backlog.target("cluster", "service").series
    assert isinstance(series, Expression)
    scaling = {
        "expression": series.expression,
        "metrics": {name: [one.name, dict(one.dimensions)] for name, one in series.metrics.items()},
    }
    TerraformOutput(stack, "scaling", value=scaling)


class Built:
    """The JSON of the two queues."""

    def __init__(self, content: Json) -> None:
        self.json = content

    def resources(self, kind: str) -> dict[str, Json]:
        found = self.json["resource"].get(kind, {}).values()
        return {one["//"]["metadata"]["path"].removeprefix("small/"): one for one in found}

    def output(self, name: str) -> Any:
        return self.json["output"][name]["value"]

    def statements(self, kind: str, path: str) -> list[Json]:
        return list(json.loads(self.resources(kind)[path]["policy"])["Statement"])


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module(build))


def test_a_queue_of_production_is_encrypted_with_its_key_protected_and_polled_long(built: Built) -> None:
    queues = built.resources("aws_sqs_queue")
    queue, dead = queues["orders/Default"], queues["orders/dead-letters"]
    (key,) = built.resources("aws_kms_key")
    assert key == "orders/key/Default"
    expected = {
        "name": "shop-test-orders",
        "visibility_timeout_seconds": 120,
        "message_retention_seconds": 3 * 86_400,
        "delay_seconds": 0,
        "receive_wait_time_seconds": 20,
    }
    assert {name: queue[name] for name in expected} == expected
    assert (dead["name"], dead["message_retention_seconds"]) == ("shop-test-orders-dead-letters", 14 * 86_400)
    for one in (queue, dead):
        assert (
            one["kms_master_key_id"]
            == "${aws_kms_key.orders_key_" + one["kms_master_key_id"].partition("key_")[2]
        )
        assert one["lifecycle"] == {"prevent_destroy": True}
        assert not {"sqs_managed_sse_enabled", "fifo_queue"} & set(one)


def test_a_fifo_queue_has_a_fifo_queue_of_dead_letters_and_the_key_of_sqs_if_set(built: Built) -> None:
    queues = built.resources("aws_sqs_queue")
    queue, dead = queues["small/Default"], queues["small/dead-letters"]
    names = [one["name"] for one in (queue, dead)]
    assert names == ["shop-test-mail-jobs.fifo", "shop-test-mail-jobs-dead-letters.fifo"]
    for one in (queue, dead):
        assert (
            one["fifo_queue"] is one["content_based_deduplication"] is one["sqs_managed_sse_enabled"] is True
        )
        assert not {"kms_master_key_id", "lifecycle"} & set(one)
    assert (queue["delay_seconds"], queue["receive_wait_time_seconds"]) == (10, 0)


def test_what_was_received_too_often_goes_to_the_dead_letters_of_this_queue_alone(built: Built) -> None:
    queue = built.resources("aws_sqs_queue")["orders/Default"]
    assert json.loads(queue["redrive_policy"]) == {
        "deadLetterTargetArn": "${aws_sqs_queue.orders_dead-letters_"
        + queue["redrive_policy"].partition("letters_")[2].partition('"')[0],
        "maxReceiveCount": 4,
    }
    allowed = built.resources("aws_sqs_queue_redrive_allow_policy")["orders/redrive-allow-policy"]
    assert json.loads(allowed["redrive_allow_policy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["${aws_sqs_queue.orders.arn}"],
    }
    assert "orders_dead-letters" in allowed["queue_url"]


def test_both_queues_deny_plain_http_and_senders_send_from_their_own_resource_alone(built: Built) -> None:
    tls, sns, events = built.statements("aws_sqs_queue_policy", "orders/policy")
    (dead,) = built.statements("aws_sqs_queue_policy", "orders/dead-letters-policy")
    for one in (tls, dead):
        assert (one["Effect"], one["Principal"], one["Action"]) == ("Deny", "*", ["sqs:*"])
        assert one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert tls["Resource"] == sns["Resource"] == ["${aws_sqs_queue.orders.arn}"] != dead["Resource"]
    assert (sns["Principal"], sns["Action"]) == ({"Service": "sns.amazonaws.com"}, ["sqs:SendMessage"])
    assert sns["Condition"] == {"ArnLike": {"aws:SourceArn": [TOPIC]}}
    assert events["Condition"] == {"ArnLike": {"aws:SourceArn": list(RULES)}}
    (key,) = built.resources("aws_kms_key")
    senders = next(one for one in built.statements("aws_kms_key", key) if one.get("Sid") == "Senders")
    assert senders["Principal"] == {"Service": ["sns.amazonaws.com", "events.amazonaws.com"]}
    assert senders["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert len(built.statements("aws_sqs_queue_policy", "small/policy")) == 1


@pytest.mark.parametrize(
    ("who", "actions", "use"),
    [
        ("sends", ["sqs:SendMessage", *LOOKED_UP], ["kms:Decrypt", "kms:GenerateDataKey"]),
        ("receives", [*RECEIVE, *LOOKED_UP], ["kms:Decrypt"]),
    ],
)
def test_a_client_gets_the_url_and_what_it_does_alone(
    built: Built, who: str, actions: list[str], use: list[str]
) -> None:
    given = built.output(who)
    queue, key = json.loads(given["policy"])["Statement"]
    assert given["environment"] == {"ORDERS_QUEUE_URL": "${aws_sqs_queue.orders.id}"}
    assert queue == {"Effect": "Allow", "Action": actions, "Resource": ["${aws_sqs_queue.orders.arn}"]}
    assert key["Action"] == use
    assert key["Condition"] == {"StringEquals": {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}}


def test_who_sends_and_receives_has_one_statement_and_no_key_where_there_is_none(built: Built) -> None:
    given = built.output("both")
    (queue,) = json.loads(given["policy"])["Statement"]
    assert queue["Action"] == ["sqs:SendMessage", *RECEIVE, *LOOKED_UP]
    assert list(given["environment"]) == ["MAIL_JOBS_QUEUE_URL"]


def test_who_does_nothing_with_a_queue_is_refused(synthesize_module: Callable[..., Json]) -> None:
    def nothing(stack: Any, context: Any) -> None:
        from modules.queues.sqs.queue import Queue

        Queue(stack, "orders", context=context, settings=ORDERS).client_access()

    with pytest.raises(ProblemsError, match="client_access of orders: got neither; allowed: send=True, rec"):
        synthesize_module(nothing)


def test_messages_that_wait_long_and_dead_letters_are_told(built: Built) -> None:
    (age, aged, oldest) = built.output("orders-alarms")["age"]
    (dead, died, none) = built.output("orders-alarms")["dead-letters"]
    assert (age["QueueName"], oldest) == ("${aws_sqs_queue.orders.name}", 300)
    assert "orders_dead-letters" in dead["QueueName"]
    assert none == 0
    assert "A message has waited in orders for over 300 s." in aged
    assert "raise the maximum of their scaling, or the number of tasks of those that do not scale." in aged
    assert "After 3 days it is deleted." in aged
    assert "More than 0 messages of orders were received 4 times" in died
    assert "14 days after it was sent." in died
    *_, fifo, three = built.output("small-alarms")["dead-letters"]
    assert "14 days after it came there." in fifo
    assert three == 3


def test_consumers_scale_by_what_waits_and_what_is_in_work(built: Built) -> None:
    scaling = built.output("scaling")
    none, depth = "(FILL(tasks, 0) < 1)", "(depth + FILL(working, 0))"
    assert scaling["expression"] == f"{depth} / (FILL(tasks, 0) + {none}) + 10 * ({depth} > 0) * {none}"
    names = {name: one[0] for name, one in scaling["metrics"].items()}
    assert names == {
        "depth": "ApproximateNumberOfMessagesVisible",
        "working": "ApproximateNumberOfMessagesNotVisible",
        "tasks": "RunningTaskCount",
    }


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "Orders"}, "name: got 'Orders'; allowed: lower-case words joined by '-', 63 characters"),
        (
            {"name": "1st"},
            "name: got '1st'; allowed: lower-case words joined by '-', beginning with a letter",
        ),
        ({"visibility_seconds": 43_201}, "visibility_seconds: got 43201"),
        ({"retention_days": 15}, "retention_days: got 15"),
        ({"max_receives": 0}, "max_receives: got 0"),
        ({"delay_seconds": 901}, "delay_seconds: got 901"),
        ({"wait_seconds": 21}, "wait_seconds: got 21"),
        (
            {"retention_days": 14},
            "dead_letter_retention_days: got 14 days with retention_days=14; allowed: more th",
        ),
        (
            {"deduplicated_by_content": True},
            "deduplicated_by_content: got True of a standard queue; .*fifo=True",
        ),
        ({"fifo": True, "senders": (Sender(service="s3", arn="a"),)}, "senders: got s3 of a FIFO queue"),
        ({"senders": (Sender(service="sns", arn="a"),) * 2}, "senders: got one sender twice"),
        ({"encryption": "none"}, "encryption: got 'none'"),
    ],
)
def test_settings_refuse(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        QueueSettings(**{"name": "orders", **fields})


@pytest.mark.parametrize("service", ["sns.amazonaws.com", "SNS", ""])
def test_a_sender_is_named_as_its_principal_begins(service: str) -> None:
    with pytest.raises(ProblemsError, match=r"service: got .*; allowed: what its principal begins with"):
        Sender(service=service, arn=TOPIC)


@pytest.mark.parametrize(("fifo", "longest"), [(False, 80), (True, 75)])
def test_names_are_as_long_as_sqs_takes(
    synthesize_module: Callable[..., Json], *, fifo: bool, longest: int
) -> None:
    room = longest - len("shop-test--dead-letters")

    def queue(length: int) -> Callable[[Any, Any], None]:
        def made(stack: Any, context: Any) -> None:
            from modules.queues.sqs.queue import Queue

            settings = QueueSettings(name="q" * length, fifo=fifo)
            Queue(stack, "queue", context=context, settings=settings)

        return made

    names = Built(synthesize_module(queue(room))).resources("aws_sqs_queue")
    assert len(names["queue/dead-letters"]["name"]) == 80
    with pytest.raises(
        ProblemsError, match="got 81 characters; allowed: at most 80 for a name of kind queue"
    ):
        synthesize_module(queue(room + 1))
