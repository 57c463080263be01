"""What is the same for each request is looked up once."""

from __future__ import annotations

from pathlib import Path

import moto
import pytest
from moto import backends
from moto.core import responses, utils
from moto.sns.responses import SNSResponse

from aws_emulator.lookups import keep_lookups


def test_what_is_kept_is_what_moto_finds_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    found, services = utils.method_names_from_class(SNSResponse), [*backends.list_of_moto_modules()]
    assert "create_topic" in found
    # Put back afterwards.
    monkeypatch.setattr(backends, "list_of_moto_modules", backends.list_of_moto_modules)
    monkeypatch.setattr(responses, "method_names_from_class", utils.method_names_from_class)
    keep_lookups()
    kept = vars(responses)["method_names_from_class"]
    assert kept(SNSResponse) == found
    assert kept(SNSResponse) is kept(SNSResponse)
    assert {*backends.list_of_moto_modules()} == {*services}
    monkeypatch.setattr(moto, "__file__", str(Path("/nowhere/moto/__init__.py")))
    assert "sns" in backends.list_of_moto_modules()
