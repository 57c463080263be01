"""The login of a database knows what its users connect to, so a forgotten connection is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend import LocalSettings
from modules.errors import ProblemsError
from stacks.webapp.settings import DEV


def test_an_api_that_may_not_reach_its_database_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cdktf import App

    from stacks.webapp import connections
    from stacks.webapp.stack import WebappStack

    def forget(*_: object) -> None:
        """No connection to a dependency."""

    monkeypatch.setattr(type(connections.DEPENDENCIES), "connect", forget)
    app = App(outdir=str(tmp_path))
    with pytest.raises(ProblemsError, match=r"api\.access: got access to database, which api may not"):
        WebappStack(app, DEV.environment.naming.base, settings=DEV, state=LocalSettings())
