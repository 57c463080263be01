"""A service of OHI's table that has a migration, as its task's settings say it."""

from __future__ import annotations

from dataclasses import replace

from modules.compute.service.migration import ServiceMigration
from stacks.ohi.services import Column, services
from stacks.ohi.tasks import task_settings


def test_a_migration_of_a_row_is_that_of_the_service() -> None:
    migration = ServiceMigration(command=("migrate",))
    rows = services(Column.DEV)
    assert rows
    made = [
        task_settings(
            replace(row, migration=migration), environment={}, pool_size=1, log_retention_days=30
        ).migration
        for row in rows
    ]
    assert made == [migration] * len(rows)
