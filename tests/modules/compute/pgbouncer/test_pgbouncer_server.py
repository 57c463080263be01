"""The sidecar's configuration in a real PgBouncer, between psycopg and a real PostgreSQL.

Debian 12 has PgBouncer 1.18, older than the one that the settings ask for: it can't try the lines in `SINCE`,
nor that SIGTERM waits for clients. A newer one that is found first in PATH tries these too.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from modules.compute.pgbouncer.pgbouncer import pgbouncer_config
from modules.compute.pgbouncer.settings import OLDEST
from tests.installed import program
from tests.modules.compute.pgbouncer.bouncer import (
    SINCE,
    Running,
    ended_after,
    known,
    running,
    settings,
    version,
)
from tests.modules.servers import postgresql

OTHER = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port of PostgreSQL, and its directory, with its certificate and its log."""
    program("pgbouncer")
    directory = tmp_path_factory.mktemp("postgresql")
    with postgresql(directory / "log") as port:
        yield port, directory


@pytest.fixture
def bouncer(database: tuple[int, Path], tmp_path: Path) -> Iterator[Running]:
    port, directory = database
    authorities = (directory / "certificate.pem").read_text()
    with running(port, authorities, tmp_path / "log", max_db_connections=1, query_wait_timeout=2) as found:
        yield found


@pytest.mark.parametrize(
    ("version_", "not_tried"), [((1, 18, 0), ["max_prepared_statements"]), (OLDEST, [])], ids=str
)
def test_only_these_lines_are_not_tried(version_: tuple[int, ...], not_tried: list[str]) -> None:
    shipped = pgbouncer_config(settings(6432, "-----BEGIN CERTIFICATE-----"))
    tried = known(shipped, version_).splitlines()
    assert [line.partition(" ")[0] for line in shipped.splitlines() if line not in tried] == not_tried


def test_a_client_reaches_the_database_over_verified_tls_and_scram(bouncer: Running) -> None:
    with bouncer.connect() as connection:
        sql = "SELECT ssl, current_user FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert connection.execute(sql).fetchall() == [(True, "master")]


def test_clients_share_a_server_connection_by_transaction(bouncer: Running) -> None:
    with bouncer.connect() as one, bouncer.connect() as other:
        pids = {each.execute("SELECT pg_backend_pid()").fetchone() for each in (one, other, one)}
        assert len(pids) == 1
        # While one is in a transaction, the other waits: the database lets in no more than the maximum.
        with one.transaction():
            one.execute("SELECT 1")
            with pytest.raises(psycopg.Error, match="query_wait_timeout"):
                other.execute("SELECT 1")
        assert one.execute("SELECT 2").fetchone() == (2,)


def test_a_wrong_password_is_refused(bouncer: Running) -> None:
    with pytest.raises(psycopg.OperationalError, match="SASL authentication failed"):
        bouncer.connect(password="another").close()


def test_a_password_with_quotes_and_backslashes_is_what_it_is(
    database: tuple[int, Path], tmp_path: Path
) -> None:
    port, directory = database
    password = "a\"b'c\\d%s$HOME & e"
    address = f"host=127.0.0.1 port={port} dbname=shop user=master password=master sslmode=require"
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(psycopg.sql.SQL("CREATE ROLE odd LOGIN PASSWORD {}").format(password))
    variables = {"DATABASE_USER": "odd", "DATABASE_PASSWORD": password}
    certificate = (directory / "certificate.pem").read_text()
    with (
        running(port, certificate, tmp_path / "log", variables=variables) as bouncer,
        bouncer.connect() as one,
    ):
        assert one.execute("SELECT current_user").fetchone() == ("odd",)


def test_a_database_of_another_authority_is_refused(database: tuple[int, Path], tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    subprocess.run([*OTHER, str(tmp_path / "key"), "-out", str(other)], check=True, capture_output=True)
    with running(database[0], other.read_text(), tmp_path / "log", query_wait_timeout=2) as bouncer:
        with pytest.raises(psycopg.OperationalError):
            bouncer.connect().execute("SELECT 1")
        assert "certificate verify failed" in bouncer.log.read_text()
        # The task stays: another could not reach the database either.
        assert bouncer.healthy()


def test_a_certificate_of_another_host_is_refused(database: tuple[int, Path], tmp_path: Path) -> None:
    port, directory = database
    certificate = (directory / "certificate.pem").read_text()
    log = tmp_path / "log"
    by_address = {"DATABASE_HOST": "127.0.0.1"}
    with running(port, certificate, log, variables=by_address, query_wait_timeout=2) as bouncer:
        with pytest.raises(psycopg.OperationalError):
            bouncer.connect().execute("SELECT 1")
        assert "not present in server certificate" in log.read_text()


def test_the_health_check_fails_without_pgbouncer(bouncer: Running) -> None:
    assert bouncer.healthy()
    bouncer.process.send_signal(signal.SIGTERM)
    ended_after(bouncer.process)
    assert not bouncer.healthy()


def test_sigterm_reaches_it_and_it_ends_at_once_without_clients(bouncer: Running) -> None:
    bouncer.process.send_signal(signal.SIGTERM)
    status, seconds = ended_after(bouncer.process)
    # 1.18 ends with 1 after SIGTERM (NEWS.md, 1.19.0), the shell would with -15.
    assert status in {0, 1}
    assert seconds < 10
    assert "SIGTERM" in bouncer.log.read_text()


def test_sigterm_waits_for_a_client_that_is_left(bouncer: Running) -> None:
    if version() < (1, 23):
        pytest.skip("PgBouncer before 1.23 ends at once (NEWS.md)")
    with bouncer.connect() as connection:
        connection.execute("SELECT 1")
        bouncer.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            bouncer.process.wait(timeout=2)
        assert connection.execute("SELECT 2").fetchone() == (2,)
    status, _ = ended_after(bouncer.process)
    assert status == 0


def test_statements_that_a_client_prepares_reach_any_server_connection(bouncer: Running) -> None:
    if version() < SINCE["max_prepared_statements"]:
        pytest.skip("PgBouncer before 1.21 knows no prepared statements (NEWS.md)")
    with bouncer.connect() as one, bouncer.connect() as other:
        for connection in (one, other, one):
            assert connection.execute("SELECT %s + 1", [1], prepare=True).fetchone() == (2,)


def test_no_file_with_the_password_can_be_read_by_others(bouncer: Running) -> None:
    directory = Path(bouncer.variables["PGBOUNCER_CONFIG"].split("auth_file = ")[1].split("\n")[0]).parent
    files = sorted(path.name for path in directory.iterdir())
    assert files == ["certificate-authorities.pem", "pgbouncer.ini", "users.txt"]
    assert {path.stat().st_mode & 0o077 for path in directory.iterdir()} == {0}
    assert b"master" not in Path(f"/proc/{bouncer.process.pid}/cmdline").read_bytes()
