"""PostgreSQL and Redis of this machine, on 127.0.0.1, for the time of a test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Self

from tests.installed import program


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(
    command: list[str], port: int, *, user: str | None = None, cwd: Path, log: Path | None = None
) -> Iterator[None]:
    """A server, from when it answers on `port`; what it writes goes to `log`."""
    with (log or Path(os.devnull)).open("wb") as written:
        process = subprocess.Popen(command, user=user, cwd=cwd, stdout=written, stderr=written)
    try:
        wait_until(lambda: _answers(port), f"{command[0]} answers")
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait at most half a minute."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, f"it never came about that {what}"
        time.sleep(0.05)


def unprivileged() -> str | None:
    """Who runs a server that refuses root; None for whoever runs the tests."""
    return None if os.getuid() else pwd.getpwnam("nobody").pw_name


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def write_certificate(directory: Path) -> None:
    """Write `certificate.pem` of localhost, signed by itself, and `key.pem`."""
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(directory / "key.pem"), "-out", str(directory / "certificate.pem")]
    subprocess.run([*certificate, *names, *files], check=True, capture_output=True)
    (directory / "key.pem").chmod(0o600)


@contextmanager
def encrypted(target: int, directory: Path) -> Iterator[int]:
    """A port with TLS before the port of a server that has none, with the certificate in `directory`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "certificate.pem", directory / "key.pem")

    class Relay(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as client,
                socket.create_connection(("127.0.0.1", target)) as server,
            ):
                back = threading.Thread(target=_copy, args=(server, client), daemon=True)
                back.start()
                _copy(client, server)

    class Listening(socketserver.ThreadingTCPServer):
        # A client may stay connected; nobody waits for it.
        daemon_threads, block_on_close = True, False

    with Listening(("127.0.0.1", 0), Relay) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield int(listening.server_address[1])
        listening.shutdown()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)


@contextmanager
def postgresql(log: Path) -> Iterator[int]:
    """A PostgreSQL that speaks TLS and asks for SCRAM, as RDS does; gives its port.

    Its certificate, of localhost and its own issuer, is beside the log, in certificate.pem. Its superuser is
    `rdsadmin`, by its socket only; the user `master` with the password `master` may create
    roles and owns the database `shop`, as the master user of RDS.
    """
    user, port = unprivileged(), free_port()
    # Below the directory of pytest, another user could not get at it.
    with TemporaryDirectory() as name:
        directory = Path(name)
        write_certificate(directory)
        shutil.copy(directory / "certificate.pem", log.with_name("certificate.pem"))
        if user:
            for path in (directory, *directory.iterdir()):
                shutil.chown(path, user)
        data = directory / "data"
        initialize = [program("initdb"), "--pgdata", str(data), "--username", "rdsadmin", "--no-sync"]
        subprocess.run(
            [*initialize, "--auth-local=trust", "--auth-host=scram-sha-256", "--locale=C", "--encoding=UTF8"],
            check=True,
            capture_output=True,
            user=user,
            cwd=directory,
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(directory),
            "ssl": "on",
            "ssl_cert_file": str(directory / "certificate.pem"),
            "ssl_key_file": str(directory / "key.pem"),
            "fsync": "off",
            "log_statement": "all",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = [program("postgres"), "-D", str(data), *options]
        with running(server, port, user=user, cwd=directory, log=log):
            for sql in (
                "CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'master'",
                "CREATE DATABASE shop OWNER master",
            ):
                subprocess.run(
                    ["psql", "-h", name, "-p", str(port), "-U", "rdsadmin", "postgres", "-c", sql],
                    check=True,
                    capture_output=True,
                )
            yield port


class Reconnecting(ABC):
    """A client that connects anew for each attempt, all the time. `refusals`: the answers of the server."""

    # What an attempt raises where the server refuses it.
    refused: ClassVar[type[Exception]]

    def __init__(self) -> None:
        self.refusals = list[str]()
        self._done, self._rounds = threading.Event(), 0
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def work(self, rounds: int) -> None:
        """Wait until that many connections more were tried."""
        until = self._rounds + rounds
        while self._rounds < until:
            assert self._thread.is_alive()
            self._done.wait(0.01)

    @abstractmethod
    def attempt(self) -> None:
        """Connect, and work a little."""

    def _run(self) -> None:
        while not self._done.is_set():
            try:
                self.attempt()
            except self.refused as error:
                self.refusals.append(str(error))
            self._rounds += 1
