"""What Terraform talks to instead of the provider: each of its connections gets a process of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import grpc

from tests.kept_provider import messages
from tests.kept_provider.blocks import LeftOut, with_few_blocks
from tests.kept_provider.processes import UNLIMITED, Process, Provider
from tests.kept_provider.program import LARGE, Blocks

_ADDRESS = "registry.terraform.io/hashicorp/aws"
_PROVIDER = "/tfplugin5.Provider/"
# What asks no AWS: the answer depends on the request and the configuration alone.
_SAME = {
    "PrepareProviderConfig",
    "ValidateResourceTypeConfig",
    "ValidateDataSourceConfig",
    "UpgradeResourceState",
}
_PLAN = "PlanResourceChange"
# Types whose plans are the schema's alone (the provider, `internal/service/wafv2`), and take long.
_PLANNED_BY_SCHEMA = LARGE
# A stream that lives as long as a connection (go-plugin, `grpc_stdio.go`).
_CONNECTION = "/plugin.GRPCStdio/StreamStdio"
# Terraform asks for ten resources at a time of each provider; a connection takes one more.
_THREADS = 64
_END_SECONDS = 5


@dataclass
class _Configured:
    """A process, what it answered to those who configured it, and the connections that it serves."""

    process: Process
    answers: dict[bytes, bytes] = field(default_factory=dict)
    peers: set[str] = field(default_factory=set)


class Connections(grpc.GenericRpcHandler):  # type: ignore[misc]  # gRPC has no types
    """The calls of all connections, passed on.

    Terraform leaves a connection open until its own end, though it configures the provider for its plan and
    again for its apply: those of the same configuration share a process.
    """

    def __init__(self, types: Set[str], provider: Provider, *, blocks: Blocks | None = None) -> None:
        self._types, self._provider = types, provider
        # Of the types of which Terraform is told few blocks: these, and what it is not told.
        self._blocks, self._left_out = blocks or {}, dict[str, LeftOut]()
        self._told = b""
        # By their configuration.
        self._configured: dict[bytes, _Configured] = {}
        self._lock = Lock()

    def service(self, details: Any) -> Any:
        """The handler of a method; of the other services of go-plugin Terraform needs none."""
        method: str = details.method
        if method == _CONNECTION:
            return grpc.unary_stream_rpc_method_handler(self._connected)
        if not method.startswith(_PROVIDER):
            return None
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self._answered(method, request, context)
        )

    def _answered(self, method: str, request: bytes, context: Any) -> bytes:
        name, peer = method.removeprefix(_PROVIDER), context.peer()
        try:
            if name == "GetSchema":
                return self._schemas(self._provider.any().schemas(method, request))
            if name == "Configure":
                return self._configure(method, request, peer)
            configuration, process = self._process(peer)
            if name == "Stop":
                process.stopped = True
            left_out = self._left_out and self._left_out.get(messages.type_name(request))
            whole = left_out.request(name, request) if left_out else request
            if _is_the_same(name, request):
                asked = messages.without_capabilities(whole) if name == _PLAN else whole
                answer = self._provider.call_once(process, configuration, method, asked)
            else:
                answer = process.call(method, whole)
            return left_out.answer(name, answer) if left_out else answer
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())
            raise

    def _schemas(self, answer: bytes) -> bytes:
        with self._lock:
            if not self._told:
                self._told = self._with_few(answer)
            return self._told

    def _with_few(self, answer: bytes) -> bytes:
        def few(entry: bytes) -> bytes:
            name = messages.type_name(entry)
            fewer, self._left_out[name] = with_few_blocks(entry, self._blocks[name])
            return fewer

        return messages.with_schemas(answer, self._types, dict.fromkeys(self._blocks, few))

    def _configure(self, method: str, request: bytes, peer: str) -> bytes:
        key = messages.configuration(request)
        with self._lock:
            found = self._configured.get(key) or _Configured(self._provider.take())
            self._configured[key] = found
            found.peers.add(peer)
            # A plan and an apply differ in what Terraform says of itself.
            if request not in found.answers:
                found.answers[request] = found.process.call(method, request)
            return found.answers[request]

    def _process(self, peer: str) -> tuple[bytes, Process]:
        """The configuration of a connection, and who has it; before it is configured, anyone."""
        with self._lock:
            own = ((key, one.process) for key, one in self._configured.items() if peer in one.peers)
            return next(own, None) or (b"", self._provider.any())

    def _connected(self, _: bytes, context: Any) -> Iterator[bytes]:
        ended = Event()
        if context.add_callback(ended.set):
            ended.wait()
        self._disconnected({context.peer()})
        yield from ()

    def _disconnected(self, peers: Set[str]) -> None:
        with self._lock:
            for key, found in list(self._configured.items()):
                found.peers -= peers
                if not found.peers:
                    self._provider.give_back(found.process)
                    del self._configured[key]

    def end(self) -> None:
        """Give back what connections have that still stand."""
        self._disconnected({peer for found in self._configured.values() for peer in found.peers})


def _is_the_same(name: str, request: bytes) -> bool:
    """Whether every provider of a configuration answers a call equally, whatever stands in AWS."""
    if name == _PLAN:
        return messages.type_name(request) in _PLANNED_BY_SCHEMA
    return name in _SAME


@contextmanager
def serving(connections: Connections) -> Iterator[str]:
    """The value of TF_REATTACH_PROVIDERS for who shall be served meanwhile."""
    server = grpc.server(ThreadPoolExecutor(_THREADS), handlers=[connections], options=UNLIMITED)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    reattach = {
        "Protocol": "grpc",
        "ProtocolVersion": 5,
        # go-plugin looks whether it lives, and by `Test` leaves it alone.
        "Pid": os.getpid(),
        "Test": True,
        "Addr": {"Network": "tcp", "String": f"127.0.0.1:{port}"},
    }
    try:
        yield json.dumps({_ADDRESS: reattach})
    finally:
        server.stop(_END_SECONDS).wait()
        connections.end()
