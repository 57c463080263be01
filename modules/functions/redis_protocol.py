"""The protocol of Redis and Valkey, as far as functions need it, with Python's standard library alone.

Redis's documentation, "Redis serialization protocol specification" (RESP2). Lambda has no client.
"""

from __future__ import annotations

import socket
import ssl
from typing import Any


class RedisClient:
    """A connection over TLS, which verifies the server's certificate and logs in.

    ElastiCache's certificates are of Amazon Trust Services, which every system trusts. Raises PermissionError
    when the server refuses the login or a command, RuntimeError for other answers that are errors.
    """

    def __init__(self, host: str, port: int, user: str, token: str) -> None:
        plain = socket.create_connection((host, port), timeout=10)
        try:
            self._socket = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
        self._stream = self._socket.makefile("rb")
        try:
            self.ask(["AUTH", user, token])
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Leave."""
        self._stream.close()
        self._socket.close()

    def ask(self, command: list[str]) -> Any:
        """The answer to a command."""
        self._send([command])
        return self._answer()

    def at_once(self, commands: list[list[str]]) -> list[Any]:
        """The answers to commands between which no other client changes anything."""
        self._send([["MULTI"], *commands, ["EXEC"]])
        for _ in range(len(commands) + 1):
            self._answer()
        found: list[Any] = self._answer()
        return found

    def _send(self, commands: list[list[str]]) -> None:
        parts = []
        for words in commands:
            encoded = [word.encode() for word in words]
            parts.append(b"*%d\r\n" % len(encoded))
            parts += [b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded]
        self._socket.sendall(b"".join(parts))

    def _answer(self) -> Any:
        line = self._stream.readline()
        if not line.endswith(b"\r\n"):
            raise RuntimeError("the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            refused = rest.startswith((b"NOPERM", b"NOAUTH", b"WRONGPASS"))
            raise (PermissionError if refused else RuntimeError)(rest.decode())
        if kind == b"$":
            return self._stream.read(int(rest) + 2)[:-2] if int(rest) >= 0 else None
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest
