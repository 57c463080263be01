"""Booking's settings: what contradicts another part is refused by name, before anything is synthesized."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from modules.compute.service.container_settings import ContainerSettings
from modules.errors import ProblemsError
from modules.networking.settings import InterfaceEndpointSettings
from stacks.booking.settings import DEV, PROD


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"host": "api.shop.example"}, r"host: got api\.shop\.example; allowed: api-dev\.lichnails"),
        (
            {"web": replace(DEV.web, public_ip=False)},
            r"web\.public_ip: got no public address without a NAT gateway",
        ),
        ({"endpoints": None}, r"endpoints: got none of secretsmanager without a NAT gateway"),
        (
            {"endpoints": InterfaceEndpointSettings(services=("logs",))},
            r"endpoints: got none of secretsmanager without a NAT gateway",
        ),
        (
            {"web": replace(DEV.web, container=ContainerSettings(ports={"http": 3000}))},
            r"web\.container\.ports\.http: got 3000; allowed: 8000, which the load balancer may reach",
        ),
        (
            {
                "secret": replace(
                    DEV.secret, generated={"DATABASE_PASSWORD": PROD.secret.generated["DATABASE_PASSWORD"]}
                )
            },
            r"(?s)secret: got 'DATABASE_LOGIN_PASSWORD'.*secret: got 'DJANGO_SECRET_KEY'.*'REDIS_AUTH_TOKEN'",
        ),
        (
            {
                "host": "api.shop.example",
                "sessions": replace(DEV.broker, name="sessions", token_key="SESSIONS_TOKEN"),
            },
            r"(?s)host: got api\.shop\.example.*secret: got 'SESSIONS_TOKEN'",
        ),
        (
            {
                "worker": replace(
                    DEV.worker, container=ContainerSettings(command=("sh",)), task_protection=True
                )
            },
            r"(?s)worker\.container: got a value; allowed: none: dramatiq decides it; say it in dramatiq\n"
            r".*worker\.task_protection: got a value; .* say it in dramatiq\.protection_minutes",
        ),
        (
            {
                "broker": replace(DEV.broker, multi_az=True, nodes=2),
                "network": replace(DEV.network, zones=("a",)),
            },
            r"(?s)postgresql\.multi_az: got a database in 1 zone.*broker\.multi_az: got Multi-AZ in 1 zone",
        ),
    ],
)
def test_parts_that_contradict_each_other_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        replace(DEV, **changes)
