"""Who publishes: the record's holder. A run that was killed holds it for some seconds more."""

from __future__ import annotations

import getpass
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError, refusal
from operations.publish.record import Holder, Record
from operations.publish.site import Read, Site

# How long a holder that says nothing keeps the record, and how often one that works says so.
SECONDS = 30.0
_RENEWALS = 3
_POLL_SECONDS = 2.0


def myself() -> str:
    """Who runs this, as Terraform's locks have it."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def is_held(read: Read) -> bool:
    """Whether somebody publishes: a holder that renewed it lately."""
    return read.record.holder is not None and read.seconds < SECONDS


def wait_until_free(site: Site, read: Read, waiting: Callable[[str], object]) -> Read:
    """The record once nobody holds it.

    A holder on this machine may be a run that was killed: it is waited for. Another one is refused with
    ProblemsError.
    """
    while is_held(read):
        holder = read.record.holder
        if holder and holder.by != myself():
            raise ProblemsError.one(site.stack, refused(holder))
        waiting(f"until a run of {myself()} has ended, or, if it was killed, at most {SECONDS:.0f} s")
        time.sleep(_POLL_SECONDS)
        read = site.read()
    return read


def refused(holder: Holder) -> str:
    """The sentence for a record that somebody else holds."""
    since = datetime.fromisoformat(holder.since)
    return refusal(
        got=f"{holder.by}, who publishes since {since:%H:%M:%S} UTC",
        allowed="one at a time",
        fix=f"wait until that has ended; if it was killed, {SECONDS:.0f} s",
    )


class Lease:
    """The record while this run holds it; a thread renews it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._etag = ""
        self._renewed = 0.0
        self._stop = threading.Event()
        self._writing = threading.Lock()
        self._lost = False
        self.holder = Holder(id=str(uuid4()), by=myself(), since=datetime.now(UTC).isoformat())
        self.record = Record()

    def take(self, read: Read, keys: tuple[str, ...], invalidate: tuple[str, ...]) -> None:
        """Become the holder of the record as it was read. Raises ProblemsError where it has changed since."""
        self.record = read.record.begun(self.holder, keys, invalidate)
        with aws_errors("AWS"):
            etag = self._site.write(self.record, read.etag)
        if etag is None:
            what = "somebody published since the files were compared; nothing was changed, run it again"
            raise ProblemsError.one(self._site.stack, what)
        self._etag, self._renewed = etag, time.time()
        threading.Thread(target=self._renew, name="lease", daemon=True).start()

    def check(self) -> None:
        """Raise ProblemsError where another run may have taken the record, as after a laptop's sleep."""
        if self._lost or time.time() - self._renewed > SECONDS:
            what = "this run was silent for too long, and another may have begun; stopped. Run it again"
            raise ProblemsError.one(self._site.stack, what)

    def end(self, record: Record) -> None:
        """Write the record as it is from now on, without a holder."""
        self._stop.set()
        with self._writing, aws_errors("AWS"):
            if self._lost or self._site.write(replace(record, holder=None), self._etag) is None:
                what = "another run has begun before this one could note its end; run it again"
                raise ProblemsError.one(self._site.stack, what)

    def _renew(self) -> None:
        while not self._stop.wait(SECONDS / _RENEWALS):
            with self._writing:
                if self._stop.is_set():
                    return
                self.holder = replace(self.holder, renewed=self.holder.renewed + 1)
                self.record = replace(self.record, holder=self.holder)
                try:
                    etag = self._site.write(self.record, self._etag)
                except Exception:  # noqa: BLE001, S112 - of the network: `check` sees that it is not renewed
                    continue
                if etag is None:
                    self._lost = True
                    return
                self._etag, self._renewed = etag, time.time()
