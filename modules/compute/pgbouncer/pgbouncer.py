"""PgBouncer as a sidecar: its container, its configuration, and what the service before it is told. Pure.

PgBouncer's documentation, config.md. The configuration is in environment variables and the shell writes it to
tmpfs, with the user and the password of the injected secret, before PgBouncer takes the shell's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...databases.common.certificate_authorities import rds_certificate_authorities
from ...errors import Problem, ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ..service.container_settings import SCRATCH, ContainerSettings, HealthCheck
from .settings import PgBouncerSettings

DIRECTORY = f"{SCRATCH}/pgbouncer"
HOST = "127.0.0.1"
# What a database gives its clients (`client_access`) and PgBouncer needs.
_NEEDED = ("DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD")
# In quotes of auth_file and of a connection string, a quote is doubled (config.md).
_ESCAPED = 'sed \'s/"/""/g\''


@dataclass(frozen=True, kw_only=True)
class PgBouncer:
    """PgBouncer in the tasks of a service, in front of a PostgreSQL database in `region`.

    The service gets `container(…)` for its main container, `sidecars`, and `access(…)` of the database
    instead of the database's own; PgBouncer gets the database's own, by `sidecar_access(…)`.
    """

    settings: PgBouncerSettings
    region: str

    @property
    def sidecars(self) -> dict[str, ContainerSettings]:
        """PgBouncer's container by its name, for `ServiceSettings(sidecars=…)`.

        Raises ProblemsError for a region whose certificate authorities of RDS are unknown.
        """
        settings = self.settings
        authorities = settings.certificate_authorities or rds_certificate_authorities(self.region)
        sidecar = ContainerSettings(
            image=settings.image,
            entry_point=("/bin/sh", "-c"),
            command=(_start(),),
            environment={
                "PGBOUNCER_CONFIG": pgbouncer_config(settings),
                "PGBOUNCER_CERTIFICATE_AUTHORITIES": authorities,
            },
            health_check=_health_check(settings.port),
            stop_timeout_seconds=settings.stop_timeout_seconds,
            memory=settings.memory,
        )
        return {settings.name: sidecar}

    def container(self, container: ContainerSettings) -> ContainerSettings:
        """The service's main container: it starts when PgBouncer is healthy, and ECS stops it before.

        ECS API reference, ContainerDependency: containers stop in the reverse order.
        """
        return replace(container, starts_after={**container.starts_after, self.settings.name: "HEALTHY"})

    def access(self, database: ClientAccess) -> ClientAccess:
        """Client access of the service: the database's, by way of PgBouncer.

        `DATABASE_DISABLE_SERVER_SIDE_CURSORS` is Django's setting: a cursor without a transaction ends with
        the pool's. The endpoints of read replicas are left out, since PgBouncer is not in front of them.
        Raises ProblemsError when a variable is missing that PgBouncer needs.
        """
        self._check(database)
        kept = {k: v for k, v in database.environment.items() if k != "DATABASE_READER_HOSTS"}
        own = {
            "DATABASE_HOST": HOST,
            "DATABASE_PORT": str(self.settings.port),
            # Within the task. PgBouncer verifies the database.
            "DATABASE_SSLMODE": "disable",
            "DATABASE_DISABLE_SERVER_SIDE_CURSORS": "true",
        }
        secrets = {name: value for name, value in database.secrets.items() if name not in own}
        return replace(database, environment={**kept, **own}, secrets=secrets)

    def sidecar_access(self, database: ClientAccess) -> dict[str, tuple[ClientAccess, ...]]:
        """Client access of PgBouncer: the database's, for `Service(sidecar_access=…)`.

        Raises ProblemsError when a variable is missing that PgBouncer needs.
        """
        self._check(database)
        given = {name: value for name, value in database.environment.items() if name in _NEEDED}
        secrets = {name: value for name, value in database.secrets.items() if name in _NEEDED}
        return {self.settings.name: (replace(database, environment=given, secrets=secrets),)}

    def _check(self, database: ClientAccess) -> None:
        given: Mapping[str, str] = {**database.environment, **database.secrets}
        if missing := [name for name in _NEEDED if name not in given]:
            why = refusal(
                got=f"no {', '.join(missing)}",
                allowed=f"{', '.join(_NEEDED)}, from the environment or a secret",
                fix="pass the client access of a database or of its logins, or both merged",
            )
            raise ProblemsError([Problem(where=f"{self.settings.name}.access", what=why)])


def pgbouncer_config(settings: PgBouncerSettings) -> str:
    """The section [pgbouncer] of the configuration, without `stats_users`, which the shell adds."""
    values = {
        # Only containers of the task reach it, so no security group needs a rule.
        "listen_addr": HOST,
        "listen_port": settings.port,
        "unix_socket_dir": "",
        "pool_mode": "transaction",
        # RDS lets nobody read pg_authid, so there is no auth_query. PgBouncer logs in to the database by
        # SCRAM too, for which it needs the password itself (config.md, "auth_file").
        "auth_type": "scram-sha-256",
        "auth_file": f"{DIRECTORY}/users.txt",
        "default_pool_size": settings.pool_size,
        "max_db_connections": settings.max_db_connections,
        "max_client_conn": settings.max_client_connections,
        "max_prepared_statements": settings.max_prepared_statements,
        "query_wait_timeout": settings.query_wait_timeout,
        "idle_transaction_timeout": settings.idle_transaction_timeout,
        "server_idle_timeout": settings.server_idle_timeout,
        "server_lifetime": settings.server_lifetime,
        "server_connect_timeout": settings.server_connect_timeout,
        # The default, prefer, verifies nothing.
        "server_tls_sslmode": "verify-full",
        "server_tls_ca_file": f"{DIRECTORY}/certificate-authorities.pem",
        "server_tls_protocols": "secure",
        # JDBC and psycopg2's relatives send it when they connect; it changes nothing here.
        "ignore_startup_parameters": "extra_float_digits",
        "log_connections": settings.log_connections,
        "log_disconnections": settings.log_connections,
    }
    return (
        "\n".join(["[pgbouncer]", *(f"{name} = {value}".rstrip() for name, value in values.items())]) + "\n"
    )


def _start() -> str:
    """What the shell runs: it writes the files, which nobody else may read, and becomes PgBouncer."""
    user, password = (f'"$(printf %s "$DATABASE_{name}" | {_ESCAPED})"' for name in ("USER", "PASSWORD"))
    database = (
        "\\n[databases]\\n%s = host=%s port=%s dbname=%s\\n",
        *(f'"$DATABASE_{name}"' for name in ("NAME", "HOST", "PORT", "NAME")),
    )
    return " && ".join(
        (
            f"umask 077 && mkdir -p {DIRECTORY} && cd {DIRECTORY}",
            'printf %s "$PGBOUNCER_CERTIFICATE_AUTHORITIES" > certificate-authorities.pem',
            f'printf \'"%s" "%s"\\n\' {user} {password} > users.txt',
            # The health check asks as the database's user; there is no other.
            f'{{ printf %s "$PGBOUNCER_CONFIG"; printf \'stats_users = %s\\n\' "$DATABASE_USER"; '
            f"printf '{database[0]}' {' '.join(database[1:])}; }} > pgbouncer.ini",
            # In the shell's place: SIGTERM reaches it. Its arguments hold no secret.
            f"exec pgbouncer {DIRECTORY}/pgbouncer.ini",
        )
    )


def _health_check(port: int) -> HealthCheck:
    """Whether PgBouncer lets its user log in and answers. It asks PgBouncer alone: where the database is
    away, another task would be no better."""
    ask = (
        'PGPASSWORD="$DATABASE_PASSWORD" PGSSLMODE=disable PGCONNECT_TIMEOUT=3 psql --no-psqlrc --quiet '
        f'--host={HOST} --port={port} --username="$DATABASE_USER" --dbname=pgbouncer '
        "--command='SHOW VERSION' > /dev/null || exit 1"
    )
    return HealthCheck(
        command=("CMD-SHELL", ask), interval_seconds=10, timeout_seconds=5, retries=3, start_period_seconds=10
    )
