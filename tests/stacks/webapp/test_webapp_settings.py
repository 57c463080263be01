"""Web app's settings: what contradicts another part is refused by name, before anything is synthesized."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from modules.compute.service.container_settings import ContainerSettings
from modules.databases.aurora.settings import AuroraCapacity
from modules.edge.distribution.content_security_policy import ContentSecurityPolicy
from modules.errors import ProblemsError
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from stacks.catalogue import checked
from stacks.entry import Entry, environment_entry
from stacks.webapp.schema import WebappSettings
from stacks.webapp.settings import DEV, PRODUCTION, STAGING


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"database_pool_size": 200}, r"database_pool_size: got 4015 connections at most \(20 tasks × 200"),
        (
            {
                "database": replace(
                    PRODUCTION.database,
                    capacity=AuroraCapacity(minimum=0, maximum=16, seconds_until_auto_pause=300),
                )
            },
            r"database_pool_idle_seconds: got None with a database that may pause; .*keeps it awake",
        ),
        (
            {"database": replace(PRODUCTION.database, zones=("a",))},
            r"database\.zones: got 1 with protected=True; allowed: two zones or more",
        ),
        (
            {"database": replace(PRODUCTION.database, zones=("a", "c"))},
            r"aurora\.zones: got 'c'; allowed: a, b; name a zone of the network",
        ),
        (
            {"website": replace(PRODUCTION.website, domains=("shop.example",))},
            r"website\.domains: got shop\.example; allowed: webapp\.example and names that end in",
        ),
        (
            {"api": replace(PRODUCTION.api, container=ContainerSettings(ports={"http": 3000}))},
            r"api\.container\.ports\.http: got 3000; allowed: 8080, which the load balancer may reach",
        ),
    ],
)
def test_parts_that_contradict_each_other_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=rf"WebappSettings\.{message}"):
        replace(PRODUCTION, **changes)


def test_capacity_e_mail_and_policy_are_refused_by_name() -> None:
    with pytest.raises(ProblemsError, match=r"minimum: got minimum 8 over maximum 4"):
        replace(PRODUCTION.database, capacity=AuroraCapacity(minimum=8, maximum=4))
    with pytest.raises(ProblemsError, match=r"got 'oncall'; allowed: an e-mail address such as"):
        replace(PRODUCTION.monitoring, critical=TopicSettings(emails=("oncall",)))
    with pytest.raises(
        ProblemsError, match=r"connect-src: got self; allowed: 'self'; put it in single quotes"
    ):
        ContentSecurityPolicy(directives={"connect-src": ("self",)})


def entry_of(settings: WebappSettings) -> Entry:
    return environment_entry(settings, "stacks.webapp.stack:WebappStack")


def test_an_alarm_without_a_topic_is_refused_by_name() -> None:
    from cdktf import App

    import backend

    silent = replace(DEV, monitoring=MonitoringSettings())
    with pytest.raises(
        ProblemsError, match=r"alarm api/latency: got critical without a topic \(topics: none\)"
    ):
        entry_of(silent).build(App(), backend.load())


def test_an_environment_with_the_domain_of_another_is_refused() -> None:
    twin = replace(STAGING, zone=replace(STAGING.zone, domain="dev.webapp.example"), website=DEV.website)
    with pytest.raises(ProblemsError) as refused:
        checked([entry_of(DEV), entry_of(twin)])
    where = "webapp-staging.domain: got dev.webapp.example, which webapp-dev has"
    assert where in str(refused.value)


def test_the_task_is_told_its_environment_and_may_be_told_more() -> None:
    container = replace(DEV.api.container, environment={"FEATURE": "on", "LOG_LEVEL": "error"})
    environment = replace(DEV, api=replace(DEV.api, container=container)).task.container.environment
    assert environment == {
        "ENVIRONMENT": "dev",
        "LOG_LEVEL": "error",
        "DATABASE_POOL_SIZE": "5",
        # An open connection would keep the database from pausing.
        "DATABASE_POOL_MINIMUM": "0",
        "DATABASE_POOL_IDLE_SECONDS": "300",
        "ALLOWED_ORIGINS": "https://dev.webapp.example",
        "FEATURE": "on",
    }
