"""The services table, figure by figure, as the specification has it."""

from __future__ import annotations

import pytest

from stacks.ohi.services import Column, services

# service: ports, host, (cpu, memory) and count for prod, staging, dev (docs/specification/ohi.md,
# "The services").
SPECIFIED = """
api             | 8080       | api      | 1024/2048 | 512/1024  | 256/512  | 3/2/1
graphql         | 8081       | graphql  | 1024/2048 | 512/1024  | 256/512  | 3/2/1
sse             | 8082       | sse      | 512/1024  | 256/512   | 256/512  | 2/1/1
provider-api    | 3000       | provider | 1024/2048 | 512/1024  | 256/512  | 2/1/1
reindexer       |            |          | 512/1024  | 256/512   | 256/512  | 1/1/1
blnk-api        | 5001       |          | 512/1024  | 256/512   | 256/512  | 2/1/1
blnk-worker     |            |          | 256/512   | 256/512   | 256/512  | 1/1/1
clickhouse      | 8123 9000  |          | 2048/4096 | 1024/2048 | 512/1024 | 1/1/1
otel-collector  | 4317 4318  |          | 512/1024  | 256/512   | 256/512  | 2/1/1
signoz-query    | 8080       |          | 1024/2048 | 512/1024  | 256/512  | 1/1/1
signoz-frontend | 3301       | signoz   | 256/512   | 256/512   | 256/512  | 1/1/1
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in SPECIFIED.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
@pytest.mark.parametrize("position", range(3), ids=[*Column])
def test_a_service_is_as_specified(row: list[str], position: int) -> None:
    column = list(Column)[position]
    (service,) = [one for one in services(column) if one.name == row[0]]
    assert " ".join(map(str, service.ports.values())) == row[1]
    assert (service.host or "") == row[2]
    assert f"{service.cpu}/{service.memory}" == row[3 + position]
    assert str(service.count) == row[6].split("/")[position]


def test_there_are_eleven_and_no_other() -> None:
    assert [one.name for one in services(Column.PROD)] == [row[0] for row in ROWS]
    assert len(ROWS) == 11


@pytest.mark.parametrize(("column", "maximum"), [("prod", 10), ("staging", 5), ("dev", 3)])
def test_four_services_scale_and_background_services_do_not(column: str, maximum: int) -> None:
    scaling = {one.name: one.maximum for one in services(Column(column)) if one.maximum}
    assert scaling == dict.fromkeys(["api", "graphql", "sse", "provider-api"], maximum)
