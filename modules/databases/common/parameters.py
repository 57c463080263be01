"""The parameters of a PostgreSQL server, on RDS and on Aurora alike. Pure."""

from __future__ import annotations

from .settings import ServerSettings


def server_parameters(settings: ServerSettings, **more: str) -> list[dict[str, str]]:
    """Parameters that force TLS and log slow statements and DDL, and `more`, as arguments of the provider."""
    at_once = {
        "log_lock_waits": "1",
        "log_min_duration_statement": str(settings.slow_statement_ms),
        "log_statement": "ddl",
    }
    # Static parameters apply with a reboot only; any parameter of the settings may be static.
    at_restart = {"rds.force_ssl": "1", **more, **settings.parameters}
    methods = {**dict.fromkeys(at_once, "immediate"), **dict.fromkeys(at_restart, "pending-reboot")}
    return [
        {"name": name, "value": value, "apply_method": methods[name]}
        for name, value in sorted({**at_once, **at_restart}.items())
    ]
