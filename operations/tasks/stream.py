"""The lines of one container of one task, as CloudWatch Logs gets them."""

from __future__ import annotations

from typing import Any

from operations.synthesized import Container


class LogStream:
    """A log stream from its first event on; each event is told once.

    GetLogEvents (Amazon CloudWatch Logs API Reference): the token of an answer is where the next goes on; "if
    you have reached the end of the stream, it returns the same token you passed in".
    """

    def __init__(self, logs: Any, container: Container, task: str) -> None:
        self._logs, self.group = logs, container.log_group
        self.name = container.log_stream(task)
        self._token: str | None = None

    def new(self) -> list[str]:
        """The lines since the last look; none while there is no stream, which is until the first line."""
        from botocore.exceptions import BotoCoreError, ClientError

        found: list[str] = []
        while self.group:
            given = {"nextToken": self._token} if self._token else {}
            try:
                answer = self._logs.get_log_events(
                    logGroupName=self.group, logStreamName=self.name, startFromHead=True, **given
                )
            except self._logs.exceptions.ResourceNotFoundException:
                break
            except (BotoCoreError, ClientError):
                if not found:
                    raise
                break  # the next look goes on behind these
            found += [event["message"] for event in answer["events"]]
            before, self._token = self._token, answer["nextForwardToken"]
            if self._token == before or not answer["events"]:
                break
        return found
