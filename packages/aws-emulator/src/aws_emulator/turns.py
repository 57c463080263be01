"""One call at a time.

moto's models are dictionaries, which no thread may change while another reads them: a call could fail with
"dictionary changed size during iteration" after it had done half of its work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, local

_TURN = Lock()
_THREAD = local()


@contextmanager
def turn() -> Iterator[None]:
    """This thread's turn: no other has one meanwhile."""
    with _TURN:
        _THREAD.has_turn = True
        try:
            yield
        finally:
            _THREAD.has_turn = False


@contextmanager
def others_turn() -> Iterator[None]:
    """Where a call waits for what other calls bring: it has no turn meanwhile."""
    if not getattr(_THREAD, "has_turn", False):
        yield
        return
    _THREAD.has_turn = False
    _TURN.release()
    try:
        yield
    finally:
        _TURN.acquire()
        _THREAD.has_turn = True
