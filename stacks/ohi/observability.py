"""OHI's observability: ClickHouse, the collector that exports to it, SigNoz that queries it. Pure.

They run published images (`images.py`). Their configuration files are passed in environment variables, and
the entry point writes them to tmpfs before the program starts. Hosts and passwords come from
`CLICKHOUSE_HOST`, `CLICKHOUSE_PASSWORD` and `SIGNOZ_QUERY_URL`, which the task gets from its dependencies. A
password is passed on in an environment variable or a file, never as an argument: programs log their
arguments.

The service signoz-query is SigNoz itself with its pages; signoz-frontend is the proxy before it.
"""

from __future__ import annotations

import json

from modules.compute.service.container_settings import (
    ContainerSettings,
    HealthCheck,
    bash_http_health,
    http_health,
)
from stacks.ohi.observability_config import (
    CLICKHOUSE_CONFIG,
    COLLECTOR_CONFIG,
    HEALTH_PORT,
    HISTOGRAM_QUANTILE,
    PROXY_CONFIG,
    SCRATCH,
    clickhouse_xml,
)

# The users of the images, and where the programs keep their data.
CLICKHOUSE_USER, CLICKHOUSE_DATA = 101, "/var/lib/clickhouse"
SIGNOZ_USER, SIGNOZ_DATA = 1000, "/var/lib/signoz"
_COLLECTOR_USER, _PROXY_USER = 10001, 101

_SHELL = ("/bin/sh", "-c")
_CLICKHOUSE_ETC = "/etc/clickhouse-server"
_DSN = '"tcp://default:$CLICKHOUSE_PASSWORD@$CLICKHOUSE_HOST:9000"'


CLICKHOUSE_CONTAINER = ContainerSettings(
    entry_point=_SHELL,
    command=(
        f'printf %s "$SERVER_CONFIG" > {_CLICKHOUSE_ETC}/config.d/ohi.xml'
        f" && mkdir -p {CLICKHOUSE_DATA}/user_defined"
        f' && printf %s "$HISTOGRAM_QUANTILE" > {CLICKHOUSE_DATA}/user_defined/function_histogramQuantile.sql'
        " && exec /entrypoint.sh",
    ),
    environment={
        "SERVER_CONFIG": clickhouse_xml(CLICKHOUSE_CONFIG),
        "HISTOGRAM_QUANTILE": HISTOGRAM_QUANTILE,
    },
    # Its entry point writes the password to users.d.
    writable_paths=(
        SCRATCH,
        f"{_CLICKHOUSE_ETC}/config.d",
        f"{_CLICKHOUSE_ETC}/users.d",
        "/var/log/clickhouse-server",
    ),
    health_check=http_health(8123, "/ping"),
    # It flushes its memory to disk before it exits.
    stop_timeout_seconds=120,
    # ClickHouse's documentation, "Usage recommendations": at least 262,144 open files.
    open_files=262_144,
    user=str(CLICKHOUSE_USER),
)

# `migrate` waits for ClickHouse, creates and migrates its tables, and does nothing where that is done. It is
# repeated, so that a ClickHouse that starts late fails no deployment. SigNoz's former migrator logged the
# address with the password (cmd/signozschemamigrator/main.go); these commands don't.
_MIGRATIONS = ("ready", "bootstrap", "sync up", "async up")
COLLECTOR_CONTAINER = ContainerSettings(
    entry_point=_SHELL,
    command=(
        f"export SIGNOZ_OTEL_COLLECTOR_CLICKHOUSE_DSN={_DSN}"
        f' && printf %s "$COLLECTOR_CONFIG" > {SCRATCH}/collector.yaml'
        f" && until {' && '.join(f'/signoz-otel-collector migrate {one}' for one in _MIGRATIONS)}"
        "; do sleep 10; done"
        f" && exec /signoz-otel-collector --config={SCRATCH}/collector.yaml",
    ),
    environment={
        # The collector reads YAML, of which JSON is a subset.
        "COLLECTOR_CONFIG": json.dumps(COLLECTOR_CONFIG, separators=(",", ":")),
        # ClickHouse is one server, but SigNoz's tables are made for replicas (see its keeper).
        "SIGNOZ_OTEL_COLLECTOR_CLICKHOUSE_CLUSTER": "cluster",
        "SIGNOZ_OTEL_COLLECTOR_CLICKHOUSE_REPLICATION": "true",
        "SIGNOZ_OTEL_COLLECTOR_TIMEOUT": "10m",
    },
    # Ten minutes for ClickHouse to start and for the migrations. The image has neither curl nor wget.
    health_check=HealthCheck(
        command=bash_http_health(HEALTH_PORT, "/").command, start_period_seconds=300, retries=10
    ),
    user=str(_COLLECTOR_USER),
)

SIGNOZ_CONTAINER = ContainerSettings(
    entry_point=_SHELL,
    command=(
        f"export SIGNOZ_TELEMETRYSTORE_CLICKHOUSE_DSN={_DSN}"
        # SigNoz asks for a capital, a digit and a sign, which a generated password may lack.
        ' && export SIGNOZ_USER_ROOT_PASSWORD="$SIGNOZ_ROOT_PASSWORD-Aa1"'
        " && exec ./signoz-community server",
    ),
    working_directory="/root",
    environment={
        # An empty database gets its administrator at the start: nobody can register as the first.
        "SIGNOZ_USER_ROOT_ENABLED": "true",
        "SIGNOZ_SQLSTORE_SQLITE_PATH": f"{SIGNOZ_DATA}/signoz.db",
        # A write-ahead log needs memory shared between processes, which a network file system lacks
        # (sqlite.org/wal).
        "SIGNOZ_SQLSTORE_SQLITE_MODE": "delete",
        "SIGNOZ_ALERTMANAGER_PROVIDER": "signoz",
        # It writes a file, without an advantage for one task.
        "SIGNOZ_PROMETHEUS_ACTIVE__QUERY__TRACKER_ENABLED": "false",
        # No profiler on the network; no reports to the publisher.
        "SIGNOZ_PPROF_ENABLED": "false",
        "SIGNOZ_STATSREPORTER_ENABLED": "false",
        "SIGNOZ_ANALYTICS_ENABLED": "false",
    },
    health_check=http_health(8080, "/api/v1/health"),
    # The image's user is root, which the file system's access point maps to this one.
    user=str(SIGNOZ_USER),
)

PROXY_CONTAINER = ContainerSettings(
    entry_point=_SHELL,
    command=(
        'printf %s "$PROXY_CONFIG"'
        ' | sed -e "s|@SIGNOZ_QUERY_URL@|$SIGNOZ_QUERY_URL|" -e "s|@KEEP_ALIVE_SECONDS@|$KEEP_ALIVE_SECONDS|"'
        f" > {SCRATCH}/nginx.conf && exec nginx -c {SCRATCH}/nginx.conf -g 'daemon off;'",
    ),
    environment={"PROXY_CONFIG": PROXY_CONFIG},
    health_check=http_health(3301),
    user=str(_PROXY_USER),
)
