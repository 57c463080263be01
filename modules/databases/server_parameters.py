"""The parameters of a PostgreSQL server, on RDS and on Aurora alike. Pure."""

from __future__ import annotations

from .server_settings import ServerSettings


def server_parameters(settings: ServerSettings, **more: str) -> list[dict[str, str]]:
    """TLS alone, slow statements and changes of the schema logged, and `more`, as the provider's fields."""
    at_once = {
        "log_lock_waits": "1",
        "log_min_duration_statement": str(settings.slow_statement_ms),
        "log_statement": "ddl",
    }
    # A static parameter is taken with the next restart only; any of the settings' own may be one.
    at_restart = {"rds.force_ssl": "1", **more, **settings.parameters}
    methods = {**dict.fromkeys(at_once, "immediate"), **dict.fromkeys(at_restart, "pending-reboot")}
    return [
        {"name": name, "value": value, "apply_method": methods[name]}
        for name, value in sorted({**at_once, **at_restart}.items())
    ]
