"""Redis's protocol, as far as functions need it, with Python's standard library alone.

Redis documentation, "Redis serialization protocol specification". Lambda has no client, and a template has no
room for one.
"""

from __future__ import annotations

import socket
import ssl
from typing import Any


class Redis:
    """A connection over TLS, with the server's certificate verified, as a user.

    ElastiCache's certificates are issued by Amazon Trust Services, which Python's own list has. Raises
    PermissionError when the server refuses the user or a command, RuntimeError for other errors.
    """

    def __init__(
        self, host: str, port: int, user: str, password: str, context: ssl.SSLContext | None = None
    ) -> None:
        plain = socket.create_connection((host, port), timeout=10)
        try:
            encryption = context or ssl.create_default_context()
            self._socket = encryption.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
        self._stream = self._socket.makefile("rb")
        try:
            self("AUTH", user, password)
        except BaseException:
            self.close()
            raise

    def __call__(self, *words: str | float) -> Any:
        """The answer to a command: a number, bytes, a list of these, or None."""
        encoded = [str(word).encode() for word in words]
        parts = [b"*%d\r\n" % len(encoded), *(b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded)]
        self._socket.sendall(b"".join(parts))
        return self._answer()

    def close(self) -> None:
        """Leave."""
        self._stream.close()
        self._socket.close()

    def _answer(self) -> Any:
        line = self._stream.readline()
        if not line.endswith(b"\r\n"):
            raise RuntimeError("Redis closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            message = rest.decode(errors="replace")
            refused = message.startswith(("NOPERM", "NOAUTH", "WRONGPASS"))
            raise (PermissionError if refused else RuntimeError)(message)
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self._stream.read(int(rest) + 2)[:-2]
        if kind == b"*":
            # Each is read, also after one that is an error.
            return None if rest == b"-1" else [self._answer() for _ in range(int(rest))]
        return rest
