"""What came of a restore test, for people and programs, and as the stack keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from modules.functions.restore_ages import DIMENSION, SUCCEEDED
from modules.resilience.restore_test.settings import SqlCheck
from operations.restore_test.copies import Copy
from operations.synthesized import RestoreTest


@dataclass(frozen=True, kw_only=True)
class Report:
    """A test, or what it would be of. `why` says what went wrong."""

    stack: str
    test: RestoreTest
    copy: Copy
    why: str | None = None
    restored_in: float | None = None  # seconds; None: it was not
    exit_code: int | None = None  # of the check; None: it did not run
    found: Mapping[str, Any] | None = None  # by the check, if it says that

    @property
    def succeeded(self) -> bool:
        """Whether the copy was restored, and the check was content, if there is one."""
        return self.why is None and self.restored_in is not None

    @property
    def json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "stack": self.stack,
            "database": self.test.name,
            "identifier": self.test.identifier,
            "copy": {"asOf": self.copy.at.isoformat(), "snapshot": self.copy.snapshot},
            "secondsToRestore": None if self.restored_in is None else round(self.restored_in),
            "check": self._check,
            "succeeded": self.succeeded,
            "why": self.why,
        }

    @property
    def _check(self) -> dict[str, Any] | None:
        check = self.test.check
        if check is None:
            return None
        what = {"image": check.image} if isinstance(check, SqlCheck) else {"command": [*check.command]}
        return {"service": check.service, **what, "exitCode": self.exit_code, "found": self.found}

    def record(self, ssm: Any, cloudwatch: Any) -> bool:
        """Publish it, and keep it in the stack's parameter; False where the stack was not applied with it."""
        data = {
            "MetricName": SUCCEEDED,
            "Dimensions": [{"Name": DIMENSION, "Value": self.test.name}],
            "Value": float(self.succeeded),
        }
        cloudwatch.put_metric_data(Namespace=self.stack, MetricData=[data])
        try:
            before = ssm.get_parameter(Name=self.test.parameter)["Parameter"]
        except ssm.exceptions.ParameterNotFound:
            return False
        value = json.dumps(self._kept(json.loads(before["Value"]), before["LastModifiedDate"]))
        ssm.put_parameter(Name=self.test.parameter, Value=value, Overwrite=True)
        return True

    def _kept(self, before: Mapping[str, Any], modified: datetime) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat()
        since = before.get("since") or modified.isoformat()
        succeeded = now if self.succeeded else before.get("succeeded")
        return {"succeeded": succeeded, "since": since, "tried": now, "last": self.json}
