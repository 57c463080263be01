"""Publishing where something fails: throttling, resets, Ctrl-C, kill -9, two people at once."""

from __future__ import annotations

import itertools
import signal
import subprocess
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from operations.publish import lease
from operations.publish.record import Holder, Record
from operations.publish.site import Read
from tests.operations.faults import LOST, RESET, SLOW_DOWN
from tests.operations.publish.conftest import BUCKET, FIRST, RECORD, SECOND, Deployed

OTHER: dict[str, Any] = {"id": "1", "by": "ada@desk", "since": "2026-01-01T12:03:00+00:00", "renewed": 0}


def on(deployed: Deployed, method: str, key: str, answer: Any, times: int = 1) -> None:
    """The proxy's answer to the first requests for a key."""
    count = itertools.count()

    def hook(how: str, path: str) -> Any:
        asked = how == method and path.partition("?")[0].endswith(f"/{key}")
        return answer if asked and next(count) < times else None

    deployed.proxy.hook = hook


def kill_at(deployed: Deployed, request: int, *words: str, number: int = signal.SIGKILL) -> str:
    """Run the real command, and send a signal at its nth request that changes something."""
    count = itertools.count(1)
    reached = threading.Event()

    def hook(how: str, path: str) -> Any:
        # STS takes its questions by POST, too.
        if how in {"PUT", "POST", "DELETE"} and path != "/" and next(count) == request:
            reached.set()
            process.send_signal(number)
            return SLOW_DOWN
        return None

    process: subprocess.Popen[str] = deployed.start(str(deployed.folder), "--yes", *words)
    deployed.proxy.hook = hook
    output, _ = process.communicate(timeout=120)
    deployed.proxy.hook = lambda _how, _path: None
    assert reached.is_set(), output
    return output


@pytest.mark.parametrize("answer", [SLOW_DOWN, RESET])
@pytest.mark.parametrize("key", ["index.html", RECORD])
def test_what_is_throttled_or_reset_is_sent_again(deployed: Deployed, answer: Any, key: str) -> None:
    on(deployed, "PUT", key, answer)
    deployed.publish()
    assert deployed.objects()["index.html"] == FIRST["index.html"]
    assert deployed.record()["holder"] is None


def test_a_record_whose_answer_was_lost_is_this_run_s_own(deployed: Deployed) -> None:
    """S3 has written it; the repeated request finds another ETag than it expects."""
    deployed.publish()
    deployed.build(SECOND)
    on(deployed, "PUT", RECORD, LOST)
    deployed.publish()
    assert deployed.record()["holder"] is None
    assert deployed.objects()["index.html"] == SECOND["index.html"]


@pytest.mark.parametrize("failing", ["assets/index-C7aXk1Qz.js", "robots.txt"])
def test_no_page_is_replaced_before_all_that_it_loads_is_there(deployed: Deployed, failing: str) -> None:
    deployed.publish()
    release = SECOND | {"robots.txt": "changed", "about.html": "changed"}
    deployed.build(release)
    on(deployed, "PUT", failing, (403, "AccessDenied"), times=99)
    result = deployed.run(str(deployed.folder), "--yes")
    assert str(result.exception).startswith(f"{failing}: An error occurred (AccessDenied)")
    assert "all pages are those of before. Run it again to go on." in result.output
    assert deployed.objects()["index.html"] == FIRST["index.html"]
    assert deployed.objects()["about.html"] == FIRST["about.html"]
    deployed.proxy.hook = lambda _how, _path: None
    again = deployed.publish()
    assert "An earlier run was stopped half-way; this one goes on from there." in again.output
    assert deployed.objects()["index.html"] == SECOND["index.html"]
    assert deployed.record()["unfinished"] is None


@pytest.mark.parametrize("request_number", range(1, 7))
def test_after_a_kill_anywhere_the_same_command_ends_it(
    deployed: Deployed, request_number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record, an asset, another file, a page, the invalidation, the record: whichever did not arrive."""
    deployed.publish()
    deployed.build(SECOND | {"robots.txt": "changed"})
    kill_at(deployed, request_number)
    monkeypatch.setattr(lease, "is_held", lambda _read: False)  # half a minute later
    objects = deployed.objects()
    if objects["index.html"] == SECOND["index.html"]:
        assert objects["assets/index-C7aXk1Qz.js"] == "second"
    deployed.publish()
    assert deployed.objects()["index.html"] == SECOND["index.html"]
    assert deployed.objects()["robots.txt"] == "changed"
    record = deployed.record()
    assert (record["holder"], record["unfinished"], record["invalidate"]) == (None, None, [])
    assert ["/", "/index.html", "/robots.txt"] in deployed.invalidations()
    assert "Nothing to publish" in deployed.publish().output


def test_ctrl_c_says_what_is_half_done_and_frees_the_record(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    output = kill_at(deployed, 2, number=signal.SIGINT)
    assert "all pages are those of before. Run it again to go on." in output
    assert f"Stopped. To go on: infra publish webapp-dev {deployed.folder}" in output
    assert deployed.record()["holder"] is None
    deployed.publish()
    assert deployed.objects()["index.html"] == SECOND["index.html"]


def test_what_another_person_publishes_is_waited_for_by_them(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    deployed.write_record(deployed.record() | {"holder": OTHER})
    said = deployed.refused(str(deployed.folder), "--yes")
    assert said.startswith(
        "webapp-dev: got ada@desk, who publishes since 12:03:00 UTC; allowed: one at a time"
    )


def test_a_holder_that_was_killed_is_followed_after_some_seconds(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.publish()
    deployed.build(SECOND)
    deployed.write_record(deployed.record() | {"holder": {**OTHER, "by": lease.myself()}})

    def half_a_minute(_seconds: float) -> None:
        monkeypatch.setattr(lease, "is_held", lambda _read: False)

    monkeypatch.setattr("operations.publish.lease.time.sleep", half_a_minute)
    assert "Nobody else publishes" in deployed.publish().output
    assert deployed.objects()["index.html"] == SECOND["index.html"]


def test_a_holder_that_says_nothing_is_none() -> None:
    record = Record(holder=Holder(**OTHER))
    now = datetime.now(UTC)
    held = [
        lease.is_held(Read(record=record, etag="", seconds=lease.SECONDS + more, now=now)) for more in (-1, 1)
    ]
    assert held == [True, False]


def test_who_publishes_in_between_is_not_overwritten(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the comparison and the first change somebody else has published."""
    deployed.publish()
    deployed.build(SECOND)
    taken = deployed.record() | {"holder": OTHER}

    def answered(_question: str, **_: bool) -> None:
        deployed.write_record(taken)

    monkeypatch.setattr("operations.publish.command.confirm", answered)
    said = deployed.refused_by_the_record(str(deployed.folder))
    assert "somebody published since the files were compared; nothing was changed" in said
    assert deployed.objects()["index.html"] == FIRST["index.html"]
    assert deployed.record() == taken


def test_a_run_whose_record_was_taken_stops_before_its_pages(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop slept; another run has begun meanwhile."""
    deployed.publish()
    deployed.build(SECOND | {"robots.txt": "changed"})

    def hook(how: str, path: str) -> Any:
        if how == "PUT" and path.endswith("robots.txt"):
            deployed.write_record(deployed.record() | {"holder": OTHER})
            # Its next renewal finds out, and is the last.
            while any(one.name == "lease" for one in threading.enumerate()):
                threading.Event().wait(0.02)
        return None

    monkeypatch.setattr(lease, "_RENEWALS", 300)
    deployed.proxy.hook = hook
    result = deployed.run(str(deployed.folder), "--yes")
    assert "another may have begun; stopped" in str(result.exception)
    assert deployed.objects()["index.html"] == FIRST["index.html"]
    assert deployed.record()["holder"] == OTHER


def test_a_build_that_runs_meanwhile_is_found_out(deployed: Deployed) -> None:
    changed = deployed.folder / "robots.txt"

    def hook(how: str, path: str) -> Any:
        if how == "PUT" and path.endswith(RECORD):
            changed.write_text("written since")
        return None

    deployed.proxy.hook = hook
    result = deployed.run(str(deployed.folder), "--yes")
    assert "robots.txt: An error occurred (BadDigest)" in str(result.exception)
    assert "index.html" not in deployed.objects()


def test_too_many_invalidations_are_waited_for(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    on(deployed, "POST", "invalidation", (400, "TooManyInvalidationsInProgress"), times=2)
    deployed.publish()
    assert deployed.invalidations() == [["/", "/index.html"]]


def test_an_invalidation_that_was_never_taken_is_left_to_the_next_run(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    on(deployed, "POST", "invalidation", (400, "TooManyInvalidationsInProgress"), times=99)
    result = deployed.run(str(deployed.folder), "--yes", "--wait-minutes", "0")
    assert "caches keep the earlier files. Run it again to invalidate" in str(result.exception)
    deployed.proxy.hook = lambda _how, _path: None
    deployed.publish()
    assert deployed.invalidations() == [["/", "/index.html"]]


def test_an_invalidation_that_takes_too_long_is_a_failure_unless_nobody_waits(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    result = deployed.run(str(deployed.folder), "--yes", "--wait-minutes", "0")
    assert result.exit_code == 1
    assert "is not completed yet" in result.output
    deployed.build(FIRST)
    assert deployed.publish("--no-wait").exit_code == 0


def test_a_record_of_a_later_version_is_refused(deployed: Deployed) -> None:
    deployed.write_record({"format": 2})
    said = deployed.refused(str(deployed.folder), "--yes")
    assert said.startswith(f"s3://{BUCKET}/{RECORD}: got what this version cannot read")
