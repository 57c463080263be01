"""What Terraform talks to instead of the provider: each of its connections gets a process of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import grpc

from tests.kept_provider import messages
from tests.kept_provider.processes import UNLIMITED, Process

_ADDRESS = "registry.terraform.io/hashicorp/aws"
_PROVIDER = "/tfplugin5.Provider/"
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

    def __init__(
        self,
        types: Set[str],
        *,
        anyone: Callable[[], Process],
        take: Callable[[], Process],
        give_back: Callable[[Process], None],
    ) -> None:
        self._types = types
        self._anyone, self._take, self._give_back = anyone, take, give_back
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
                return messages.with_schemas(self._anyone().schemas(method, request), self._types)
            if name == "Configure":
                return self._configure(method, request, peer)
            process = self._process(peer)
            if name == "Stop":
                process.stopped = True
            return process.call(method, request)
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())
            raise

    def _configure(self, method: str, request: bytes, peer: str) -> bytes:
        key = messages.configuration(request)
        with self._lock:
            found = self._configured.get(key) or _Configured(self._take())
            self._configured[key] = found
            found.peers.add(peer)
            # A plan and an apply differ in what Terraform says of itself.
            if request not in found.answers:
                found.answers[request] = found.process.call(method, request)
            return found.answers[request]

    def _process(self, peer: str) -> Process:
        with self._lock:
            own = (found.process for found in self._configured.values() if peer in found.peers)
            return next(own, None) or self._anyone()

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
                    self._give_back(found.process)
                    del self._configured[key]

    def end(self) -> None:
        """Give back what connections have that still stand."""
        self._disconnected({peer for found in self._configured.values() for peer in found.peers})


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
