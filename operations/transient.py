"""Errors of AWS that pass by themselves, for commands that watch something for a long time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from rich.console import Console

from operations.console import say

_T = TypeVar("_T")
# What the AWS SDKs take for throttling (AWS SDKs and Tools Reference Guide, "Retry behavior").
_THROTTLED = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
}
_SERVER_ERROR = 500
_LONGEST_PAUSE = 30.0


def is_transient(error: Exception) -> bool:
    """Whether an error is throttling, a broken connection or an error inside AWS."""
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= _SERVER_ERROR or error.response.get("Error", {}).get("Code") in _THROTTLED
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)


class Patience:
    """Bears transient errors, beyond the retries of boto3, until they have lasted for `seconds`."""

    def __init__(self, console: Console, *, seconds: float = 300) -> None:
        self._console, self._seconds = console, seconds
        self._since: float | None = None
        self._in_vain = 0

    def pause(self, poll: float) -> float:
        """The seconds until the next look: `poll`, and longer after each look in vain."""
        return max(poll, min(poll * 2.0**self._in_vain, _LONGEST_PAUSE))

    def look(self, call: Callable[[], _T]) -> _T | None:
        """What the call returns; None for an error that may pass, which is said once. Raises every other."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            found = call()
        except (BotoCoreError, ClientError) as error:
            now = time.monotonic()
            if not is_transient(error) or (self._since and now - self._since > self._seconds):
                raise
            if self._since is None:
                say(self._console, f"AWS does not answer at the moment ({error}); trying on")
                self._since = now
            self._in_vain += 1
            return None
        self._since, self._in_vain = None, 0
        return found
