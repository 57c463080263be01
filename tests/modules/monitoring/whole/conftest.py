"""The whole product with its monitoring, synthesized once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.monitoring.settings import AlarmOverride, MonitoringSettings, TopicSettings

Json = dict[str, Any]
SETTINGS = MonitoringSettings(
    critical=TopicSettings(emails=("oncall@example.com",)),
    warning=TopicSettings(emails=("team@example.com", "lead@example.com")),
    alarms={
        "web/latency": AlarmOverride(threshold=1.5, periods=3, datapoints=2),
        "jobs/memory": AlarmOverride(enabled=False),
        "api-firewall/blocked": AlarmOverride(severity="critical"),
    },
)
CAUSES = {"web": ["main", "app"], "jobs": ["main"]}


class Synthesized:
    """What became of a watched product."""

    def __init__(self, document: Json, plan: Any) -> None:
        self.json, self.plan = document, plan

    def alarm(self, key: str) -> Json:
        """A metric alarm by its key, `web/latency`."""
        return self.at("aws_cloudwatch_metric_alarm", f"alarms/{key}")

    def composite(self, key: str) -> Json:
        """A composite alarm by its key, `main/outage`."""
        return self.at("aws_cloudwatch_composite_alarm", f"alarms/{key}")

    def at(self, kind: str, path: str) -> Json:
        """A resource below the construct of monitoring."""
        wanted = f"small/monitoring/{path}"
        found = [
            one for one in self.json["resource"][kind].values() if one["//"]["metadata"]["path"] == wanted
        ]
        assert found, wanted
        return dict(found[0])

    def made(self, kind: str) -> dict[str, Json]:
        """What monitoring itself made of one kind; services have alarms of their own for deployments."""
        found = self.json["resource"][kind].items()
        return {
            name: one for name, one in found if one["//"]["metadata"]["path"].startswith("small/monitoring/")
        }

    def dashboard(self, group: str) -> Json:
        """The body of a dashboard."""
        body = self.at("aws_cloudwatch_dashboard", f"{group}-dashboard")["dashboard_body"]
        content: Json = json.loads(body)
        return content


@pytest.fixture(scope="session")
def monitor() -> Callable[..., Any]:
    """Puts monitoring over a product: over all of it, unless `watch` says what."""

    def build(product: Any, settings: Any = SETTINGS, *, causes: Any = CAUSES, **given: Any) -> Any:
        from modules.monitoring.monitoring import Monitoring
        from modules.secrets.ages import AgedSecret, SecretAges

        watch = given.get("watch")
        if watch is None:
            ages = {"environment": AgedSecret(arn=product.secret.arn, days=35)}
            secrets = SecretAges(product.stack, "secret-ages", context=product.context, secrets=ages)
            watch = [*product.everything, secrets]
        return Monitoring(
            product.stack,
            given.get("name", "monitoring"),
            context=product.context,
            watch=watch,
            settings=settings,
            causes=causes,
        )

    return build


@pytest.fixture(scope="session")
def synthesized(synthesize_module: Callable[..., Json], watched_stack: Any, monitor: Any) -> Synthesized:
    """The product with its monitoring."""
    plans: list[Any] = []
    document = synthesize_module(
        lambda stack, context: plans.append(monitor(watched_stack(stack, context)).plan)
    )
    return Synthesized(document, plans[0])
