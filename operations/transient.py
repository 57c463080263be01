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
_MOST_DOUBLINGS = 10  # a float ends after a thousand
# How often a person is told that AWS still says nothing.
SAY_AGAIN_SECONDS = 30.0


def is_transient(error: Exception) -> bool:
    """Whether an error is throttling, a broken connection or an error inside AWS."""
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= _SERVER_ERROR or error.response.get("Error", {}).get("Code") in _THROTTLED
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)


class Patience:
    """Bears transient errors, beyond the retries of boto3, until they have lasted for `seconds`.

    It says so at the first, every half a minute from then on, and when AWS answers again.
    """

    def __init__(self, console: Console, *, seconds: float = 300) -> None:
        self._console, self._seconds = console, seconds
        self._since: float | None = None
        self._said = 0.0
        self._in_vain = 0

    def pause(self, poll: float) -> float:
        """The seconds until the next look: `poll`, and longer after each look in vain."""
        return max(poll, min(poll * 2.0 ** min(self._in_vain, _MOST_DOUBLINGS), _LONGEST_PAUSE))

    def look(self, call: Callable[[], _T]) -> _T | None:
        """What the call returns; None for an error that may pass, which is said. Raises every other."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            found = call()
        except (BotoCoreError, ClientError) as error:
            now = time.monotonic()
            if not is_transient(error) or (self._since and now - self._since > self._seconds):
                raise
            self._tell(error, now)
            self._in_vain += 1
            return None
        if self._since is not None:
            say(self._console, "AWS answers again")
        self._since, self._in_vain = None, 0
        return found

    def _tell(self, error: Exception, now: float) -> None:
        if self._since is None:
            self._since = self._said = now
            goes_on = f"trying on for {self._seconds / 60:.0f} minutes, or until Ctrl-C"
            say(self._console, f"AWS does not answer at the moment ({error}); {goes_on}")
        elif now - self._said >= SAY_AGAIN_SECONDS:
            self._said = now
            left = self._seconds - (now - self._since)
            say(self._console, f"AWS still does not answer; trying on for {max(left, 0):.0f} seconds")
