"""Looks at a restored database: whether its tables can be read, and which migration was the last.

Runs as a program of Python's standard library, in a task that has the variables of a service:
DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD; TABLES, how many there must be.
It prints one line, without a value of any row but the migration's name, and never the password.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from .postgresql_protocol import Connection

_ATTEMPTS, _PAUSE_SECONDS = 12, 5
# Tables in which tools keep what they have migrated, by name: the newest one's name, and the order.
_MIGRATIONS = {
    "_prisma_migrations": ("migration_name", "finished_at DESC NULLS LAST"),
    "alembic_version": ("version_num", "version_num DESC"),
    "django_migrations": ("app || '.' || name", "id DESC"),
    "flyway_schema_history": ("version", "installed_rank DESC"),
    "goose_db_version": ("version_id::text", "id DESC"),
    "gorp_migrations": ("id", "applied_at DESC"),
    "knex_migrations": ("name", "id DESC"),
    "schema_migrations": ("version::text", "version DESC"),
    "SequelizeMeta": ("name", "name DESC"),
    "typeorm_migrations": ("name", "id DESC"),
}
# Tables of people, with what the planner knows of their number of rows (PostgreSQL documentation, pg_class:
# "-1 indicating that the row count is unknown"), and whether this login may read them.
_TABLES = """
SELECT n.nspname, c.relname, greatest(c.reltuples, 0)::bigint,
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_t%'
ORDER BY n.nspname, c.relname
"""


def look(connection: Any) -> dict[str, Any]:
    """What there is: tables, those of which a row was read, their rows by the planner, the last migration."""
    found = connection.query(_TABLES)
    read, migrations = 0, {}
    for schema, table, _, readable in found:
        if readable != "t":
            continue
        place = f"{_quoted(schema)}.{_quoted(table)}"
        connection.query(f"SELECT 1 FROM {place} LIMIT 1")  # noqa: S608 - names of the catalogue, quoted
        read += 1
        if table in _MIGRATIONS:
            name, order = _MIGRATIONS[table]
            rows = connection.query(f"SELECT {name} FROM {place} ORDER BY {order} LIMIT 1")  # noqa: S608
            migrations[f"{schema}.{table}"] = rows[0][0] if rows else None
    rows = sum(int(one[2] or 0) for one in found)
    return {"tables": len(found), "read": read, "rows": rows, "migrations": migrations}


def _quoted(name: str | None) -> str:
    return '"' + str(name).replace('"', '""') + '"'


def _connect() -> Connection:
    host, port = os.environ["DATABASE_HOST"], int(os.environ["DATABASE_PORT"])
    name, user = os.environ["DATABASE_NAME"], os.environ["DATABASE_USER"]
    for attempt in range(_ATTEMPTS):
        try:
            return Connection(host, port, name, user, os.environ["DATABASE_PASSWORD"])
        except (ConnectionError, TimeoutError, OSError) as error:
            if isinstance(error, PermissionError) or attempt == _ATTEMPTS - 1:
                raise
            # Its name is not yet known, or its security-group rules are being made.
            time.sleep(_PAUSE_SECONDS)
    raise AssertionError


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Look, say what was found, and say by the exit code whether it is enough."""
    try:
        connection = _connect()
        try:
            found = look(connection)
        finally:
            connection.close()
    except (OSError, RuntimeError) as error:
        _say(f"the restored database can't be read: {type(error).__name__}: {error}")
        return 1
    _say(json.dumps(found, ensure_ascii=False, sort_keys=True))
    least = int(os.environ.get("TABLES", "1"))
    if found["read"] < least:
        _say(f"got {found['read']} tables that can be read; allowed: {least} or more")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
