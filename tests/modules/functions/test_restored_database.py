"""The look at a restored database, as the task runs it, on a real PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from modules.functions.postgresql_protocol import Connection
from operations.restore_test import sql
from tests.modules.servers import postgresql

PASSWORD = "not-a-secret"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A database with two tables of its login, and one that it may not read."""
    with postgresql(tmp_path_factory.mktemp("postgresql") / "log") as port:
        with closing(Connection("127.0.0.1", port, "shop", "master", "master")) as master:
            for statement in (
                f"CREATE ROLE app LOGIN PASSWORD '{PASSWORD}'",
                "GRANT USAGE, CREATE ON SCHEMA public TO app",
                "CREATE TABLE of_another (secret text)",
                "CREATE ROLE nobody_s LOGIN PASSWORD 'none'",
            ):
                master.query(statement)
        with closing(Connection("127.0.0.1", port, "shop", "app", PASSWORD)) as app:
            for statement in (
                'CREATE TABLE "Orders" (id int)',
                'INSERT INTO "Orders" SELECT generate_series(1, 500)',
                "CREATE TABLE django_migrations (id int, app text, name text)",
                "INSERT INTO django_migrations VALUES (1, 'shop', '0001_initial'), (2, 'shop', '0002_vat')",
                "ANALYZE",
            ):
                app.query(statement)
        yield port


def look(port: int, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program of the task, with the variables of a service."""
    given = {
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": str(port),
        "DATABASE_NAME": "shop",
        "DATABASE_USER": "app",
        "DATABASE_PASSWORD": PASSWORD,
        "TABLES": "2",
        **variables,
    }
    _, *words = sql.program()
    # Nothing of this project, as in an image of Python.
    environment = {"PATH": os.environ["PATH"], **given}
    return subprocess.run(
        [sys.executable, "-I", *words], env=environment, cwd="/", capture_output=True, text=True, check=False
    )


def test_tables_are_counted_and_read_and_the_newest_migration_is_named(port: int) -> None:
    done = look(port)
    assert (done.returncode, done.stderr) == (0, "")
    assert sql.found(done.stdout.splitlines()) == {
        "tables": 3,
        "read": 2,
        "rows": 502,
        "migrations": {"public.django_migrations": "shop.0002_vat"},
    }
    assert PASSWORD not in done.stdout


def test_too_few_tables_are_a_failure(port: int) -> None:
    done = look(port, TABLES="3")
    assert done.returncode == 1
    assert done.stdout.endswith("got 2 tables that can be read; allowed: 3 or more\n")
    empty = look(port, DATABASE_NAME="postgres", TABLES="1")
    assert (empty.returncode, json.loads(empty.stdout.splitlines()[0])["tables"]) == (1, 0)


def test_a_login_that_is_refused_is_told_in_a_sentence(port: int) -> None:
    done = look(port, DATABASE_PASSWORD="wrong")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "the restored database can't be read: PermissionError: password authentication failed for user "
        '"app"\n'
    )


def test_the_program_fits_a_task_definition() -> None:
    # RegisterTaskDefinition: 64 KiB (Amazon ECS developer guide, "Amazon ECS service quotas").
    assert sum(len(word.encode()) for word in sql.program()) < 32 * 1024
