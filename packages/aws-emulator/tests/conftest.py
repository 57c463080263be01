"""One emulator for all tests of a session, reset before each that asks for a fresh one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from aws_emulator import Emulator, running_emulator

# A person's own settings are about real AWS.
for name in [one for one in os.environ if one.startswith("AWS_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def session_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The one emulator, as the tests before left it."""
    with running_emulator(log=tmp_path_factory.mktemp("aws-emulator") / "log") as running:
        yield running


@pytest.fixture
def emulator(session_emulator: Emulator) -> Emulator:
    """An emulator without a trace of other tests."""
    session_emulator.reset()
    return session_emulator


@pytest.fixture(scope="module")
def module_emulator(session_emulator: Emulator) -> Emulator:
    """An emulator without a trace of other files. A file uses this one or `emulator`, never both."""
    session_emulator.reset()
    return session_emulator
