"""What a test orders to be broken: regions that are lost, endpoints that don't answer, replicas that lag.

`POST /aws-emulator/outages` with a JSON object; `Emulator.order_outages` sends it. What was ordered before is
forgotten. Without an order everything answers and no replica lags.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

PATH = "/aws-emulator/outages"


@dataclass
class Outages:
    """All that is broken."""

    regions: tuple[str, ...] = ()  # every call that is signed for one of them fails
    endpoints: tuple[str, ...] = ()  # parts of the names of what health checks don't reach
    replica_lag: float = 0.0  # seconds

    def replace(self, body: bytes) -> str | None:
        """Take what is ordered from JSON; else say what is wrong with it."""
        known = {one.name for one in fields(self)}
        try:
            given: dict[str, Any] = json.loads(body or b"{}")
            wrong = sorted(given.keys() - known)
            regions, endpoints = tuple(given.get("regions", ())), tuple(given.get("endpoints", ()))
            lag = float(given.get("replica_lag", 0))
        except (ValueError, TypeError, AttributeError) as error:
            return str(error)
        if wrong:
            return f"unknown: {', '.join(wrong)}; allowed: {', '.join(sorted(known))}"
        self.regions, self.endpoints, self.replica_lag = regions, endpoints, lag
        return None


OUTAGES = Outages()
