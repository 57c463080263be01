"""Calls are carried out one at a time, but for those that wait for others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Barrier, BrokenBarrierError
from typing import Any

from aws_emulator.calls import Call
from aws_emulator.server import answer
from aws_emulator.turns import others_turn

MEETING_SECONDS = 0.5


def call(target: str) -> Call:
    """A call that no check knows: it is signed for no service."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "HTTP_X_AMZ_TARGET": target,
    }
    return Call(environ=environ, body=b"")


def answers(target: str, *, waiting: Callable[[], AbstractContextManager[None]] = nullcontext) -> list[bytes]:
    """Those of two calls at a time: whether each met the other while it waited."""
    meeting = Barrier(2)

    def application(_: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        try:
            with waiting():
                meeting.wait(MEETING_SECONDS)
        except BrokenBarrierError:
            return [b"alone"]
        return [b"together"]

    with ThreadPoolExecutor(2) as threads:
        made = [threads.submit(answer, call(target), application, log=print) for _ in range(2)]
    return [one.result().body for one in made]


def test_no_call_is_carried_out_while_another_is() -> None:
    assert answers("DynamoDB_20120810.PutItem") == [b"alone", b"alone"]


def test_a_call_that_asks_the_server_itself_lets_others_go_on() -> None:
    assert answers("AWSLambda.Invoke", waiting=others_turn) == [b"together", b"together"]
    assert answers("AWSLambda.Invoke") == [b"alone", b"alone"], "each has its turn again"


def test_a_call_that_waits_keeps_none_from_being_carried_out() -> None:
    assert answers("AmazonSQS.ReceiveMessage") == [b"together", b"together"]
