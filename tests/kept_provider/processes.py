"""Processes of the provider that outlive the Terraform which they serve: for each configuration one.

A process has one configuration: Terraform starts one for each provider block, and so does this. What it was
configured for before is replaced whole when it is configured again (`ConfigureProvider` in the provider's
`internal/conns/config.go`), but for its environment: it serves only who would have started it with that.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import grpc

# Schemas are larger than gRPC's own limit.
UNLIMITED = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))
# What Terraform tells a provider that it starts (Terraform, `internal/plugin/serve.go`).
_HANDSHAKE = {
    "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    "PLUGIN_PROTOCOL_VERSIONS": "5",
}
# The end of its input ends it, and so does the end of these tests, however they end.
_UNTIL_INPUT_ENDS = 'exec 3<&0; "$0" </dev/null & read -r _ <&3; kill "$!"'


class Process:
    """One running provider. Its environment is that of the Terraform that it serves."""

    def __init__(self, program: Path, environment: Mapping[str, str]) -> None:
        self._shell = subprocess.Popen(
            ["sh", "-c", _UNTIL_INPUT_ENDS, str(program)],
            env={**environment, **_HANDSHAKE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            process_group=0,
        )
        assert self._shell.stdout is not None
        # go-plugin: "core version | protocol version | network | address | protocol".
        said = self._shell.stdout.readline().strip().split("|")
        assert said[1:3] == ["5", "unix"], f"{program} said {said}"
        self._channel = grpc.insecure_channel(f"unix:{said[3]}", options=UNLIMITED)
        self._schemas: bytes | None = None
        self._lock = Lock()
        self.stopped = False

    @property
    def pid(self) -> int:
        """The process that ends with it."""
        return self._shell.pid

    def call(self, method: str, request: bytes) -> bytes:
        """Pass on a call. Raises grpc.RpcError as the provider answers."""
        answer: bytes = self._channel.unary_unary(method)(request)
        return answer

    def schemas(self, method: str, request: bytes) -> bytes:
        """The answer of GetSchema, which is always the same."""
        with self._lock:
            if self._schemas is None:
                self._schemas = self.call(method, request)
            return self._schemas

    def end(self) -> None:
        """End it."""
        self._channel.close()
        assert self._shell.stdin is not None
        self._shell.stdin.close()
        assert self._shell.stdout is not None
        self._shell.stdout.close()
        self._shell.wait()


class Provider:
    """The processes of one program and environment, those that serve nobody to be taken again."""

    def __init__(self, program: Path, environment: Mapping[str, str]) -> None:
        self._program, self._environment = program, environment
        self._all: list[Process] = []
        self._idle: list[Process] = []
        self._answers: dict[bytes, bytes] = {}
        self._lock = Lock()

    @property
    def pids(self) -> list[int]:
        """Those that run: each is the group of a provider."""
        return [process.pid for process in self._all]

    def any(self) -> Process:
        """One for what needs no configuration, whomever it serves."""
        with self._lock:
            if not self._all:
                self._start()
            return self._all[0]

    def take(self) -> Process:
        """One for a configuration, until it is given back."""
        with self._lock:
            if not self._idle:
                self._start()
            return self._idle.pop()

    def give_back(self, process: Process) -> None:
        """It serves nobody any more. One that Terraform stopped is ended."""
        with self._lock:
            if not process.stopped:
                self._idle.append(process)
                return
            self._all.remove(process)
        process.end()

    def call_once(self, process: Process, configuration: bytes, method: str, request: bytes) -> bytes:
        """The answer of a call that every process of a configuration answers equally, remembered."""
        key = sha256(b"\0".join((configuration, method.encode(), request))).digest()
        if key not in self._answers:
            self._answers[key] = process.call(method, request)
        return self._answers[key]

    def end(self) -> None:
        """End them all."""
        with self._lock:
            for process in self._all:
                process.end()
            self._all, self._idle = [], []

    def _start(self) -> None:
        made = Process(self._program, self._environment)
        self._all.append(made)
        self._idle.append(made)


class Processes:
    """All processes of one worker."""

    def __init__(self) -> None:
        self._providers: dict[Any, Provider] = {}

    @property
    def pids(self) -> list[int]:
        """Those that run: each is the group of a provider."""
        return [pid for provider in self._providers.values() for pid in provider.pids]

    def of(self, program: Path, environment: Mapping[str, str]) -> Provider:
        """Those of a program and an environment."""
        key = program, tuple(sorted(environment.items()))
        return self._providers.setdefault(key, Provider(program, environment))

    def end(self) -> None:
        """End them all."""
        for provider in self._providers.values():
            provider.end()
