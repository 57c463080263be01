"""PostgreSQL's protocol, as far as functions need it, with Python's standard library alone.

PostgreSQL's documentation, "Frontend/Backend Protocol"; RFC 5802, 5929 and 7677 for SCRAM-SHA-256. Lambda has
no driver, and a template has no room for one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import socket
import ssl
import struct

_ITERATIONS = 4096  # PostgreSQL: scram_iterations
# Hash functions of a certificate's signature, by the object identifier in it; SHA-256 otherwise (RFC 5929).
_HASHES = {
    "2a864886f70d01010c": "sha384",
    "2a8648ce3d040303": "sha384",
    "2a864886f70d01010d": "sha512",
    "2a8648ce3d040304": "sha512",
}


class Connection:
    """A connection by PostgreSQL's protocol, version 3.0, over TLS, with SCRAM-SHA-256.

    No certificate is verified, since Lambda has none of RDS. Instead, authentication is bound to the TLS
    channel (SCRAM-SHA-256-PLUS): a server between both, which doesn't know the password, fails. Raises
    PermissionError when the server refuses the login, RuntimeError for other answers that are errors.
    """

    def __init__(self, host: str, port: int, database: str, user: str, password: str) -> None:
        plain = socket.create_connection((host, port), timeout=10)
        try:
            self._socket = _encrypted(plain, host)
        except BaseException:
            plain.close()
            raise
        try:
            words = f"user\0{user}\0database\0{database}\0\0".encode()
            self._socket.sendall(struct.pack("!II", len(words) + 8, 196608) + words)
            self._authenticate(password)
            self._rows()
        except BaseException:
            self._socket.close()
            raise

    def close(self) -> None:
        """Leave."""
        self._send(b"X", b"")
        self._socket.close()

    def query(self, sql: str) -> list[tuple[str | None, ...]]:
        """The rows of a statement."""
        self._send(b"Q", sql.encode() + b"\0")
        return self._rows()

    def _authenticate(self, password: str) -> None:
        _, offered = self._expect(10)
        plus = b"SCRAM-SHA-256-PLUS" in offered.split(b"\0")
        header = b"p=tls-server-end-point,," if plus else b"y,,"
        nonce = secrets.token_urlsafe(18)
        bare = f"n=,r={nonce}"
        mechanism = b"SCRAM-SHA-256-PLUS\0" if plus else b"SCRAM-SHA-256\0"
        message = header + bare.encode()
        self._send(b"p", mechanism + struct.pack("!I", len(message)) + message)
        _, challenge = self._expect(11)
        given = dict(part.split("=", 1) for part in challenge.decode().split(","))
        if not given["r"].startswith(nonce):
            raise PermissionError("the server answers another login")
        client, server = _keys(password, base64.b64decode(given["s"]), int(given["i"]))
        binding = _text(header + (self._certificate_hash() if plus else b""))
        final = f"c={binding},r={given['r']}"
        signed = f"{bare},{challenge.decode()},{final}".encode()
        signature = _hmac(hashlib.sha256(client).digest(), signed)
        proof = bytes(one ^ other for one, other in zip(client, signature, strict=True))
        self._send(b"p", f"{final},p={_text(proof)}".encode())
        _, outcome = self._expect(12)
        if outcome != b"v=" + _text(_hmac(server, signed)).encode():
            raise PermissionError("the server doesn't know the password either")
        self._expect(0)

    def _certificate_hash(self) -> bytes:
        certificate = self._socket.getpeercert(binary_form=True) or b""
        names = [name for oid, name in _HASHES.items() if bytes.fromhex(oid) in certificate]
        return hashlib.new(names[0] if names else "sha256", certificate).digest()

    def _expect(self, code: int) -> tuple[int, bytes]:
        kind, body = self._receive()
        if kind == b"E":
            fields = _fields(body)
            # PostgreSQL's error codes: class 28, Invalid Authorization Specification.
            error = PermissionError if fields.get("C", "").startswith("28") else RuntimeError
            raise error(fields.get("M", ""))
        got = struct.unpack("!I", body[:4])[0] if kind == b"R" else -1
        if got != code:
            raise RuntimeError(f"authentication: got {got}; allowed: SCRAM-SHA-256 ({code})")
        return got, body[4:]

    def _rows(self) -> list[tuple[str | None, ...]]:
        rows, error = [], ""
        while True:
            kind, body = self._receive()
            if kind == b"D":
                rows.append(_row(body))
            elif kind == b"E":
                error = _fields(body).get("M", "")
            elif kind == b"Z":
                if error:
                    raise RuntimeError(error)
                return rows

    def _send(self, kind: bytes, body: bytes) -> None:
        self._socket.sendall(kind + struct.pack("!I", len(body) + 4) + body)

    def _receive(self) -> tuple[bytes, bytes]:
        head = self._read(5)
        return head[:1], self._read(struct.unpack("!I", head[1:])[0] - 4)

    def _read(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            some = self._socket.recv(count - len(found))
            if not some:
                raise RuntimeError("the server closed the connection")
            found += some
        return found


def _encrypted(plain: socket.socket, host: str) -> ssl.SSLSocket:
    plain.sendall(struct.pack("!II", 8, 80877103))
    if plain.recv(1) != b"S":
        raise RuntimeError(f"{host} does not speak TLS")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=host)


def _fields(body: bytes) -> dict[str, str]:
    return {part[:1].decode(): part[1:].decode() for part in body.split(b"\0") if part}


def _row(body: bytes) -> tuple[str | None, ...]:
    (count,), at, values = struct.unpack("!H", body[:2]), 2, list[str | None]()
    for _ in range(count):
        (length,) = struct.unpack("!i", body[at : at + 4])
        at += 4
        values.append(None if length < 0 else body[at : at + length].decode())
        at += max(length, 0)
    return tuple(values)


def verifier(password: str) -> str:
    """What PostgreSQL stores of a password (pg_authid, rolpassword)."""
    salt = secrets.token_bytes(16)
    client, server = _keys(password, salt, _ITERATIONS)
    stored = base64.b64encode(hashlib.sha256(client).digest()).decode()
    return f"SCRAM-SHA-256${_ITERATIONS}:{_text(salt)}${stored}:{_text(server)}"


def _keys(password: str, salt: bytes, iterations: int) -> tuple[bytes, bytes]:
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    return _hmac(salted, b"Client Key"), _hmac(salted, b"Server Key")


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, "sha256").digest()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
