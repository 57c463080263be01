"""The tokens of Terraform Cloud are found where Terraform finds them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend import credentials
from modules.errors import ProblemsError

HOST = "app.terraform.io"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of somebody who has signed in."""
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / ".terraform.d/credentials.tfrc.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"credentials": {HOST: {"token": "of-the-login"}}}))
    return tmp_path


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (HOST, "TF_TOKEN_app_terraform_io"),
        ("tfe.my-company.com:8443", "TF_TOKEN_tfe_my__company_com:8443"),
    ],
)
def test_a_variable_is_named_as_terraform_reads_it(host: str, name: str) -> None:
    assert credentials.variable(host) == name


@pytest.mark.usefixtures("home")
def test_the_environment_comes_before_the_login() -> None:
    assert credentials.token(HOST, {}) == "of-the-login"
    assert (
        credentials.token(HOST, {"TF_TOKEN_app_terraform_io": "of-the-environment"}) == "of-the-environment"
    )


@pytest.mark.usefixtures("home")
def test_a_host_without_a_token_is_refused() -> None:
    with pytest.raises(
        ProblemsError, match=r"at tfe.example.com: got no token; .*set TF_TOKEN_tfe_example_com"
    ):
        credentials.token("tfe.example.com", {})


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"credentials": {"app.terraform.io": "a"}}'])
def test_a_file_that_holds_no_tokens_is_as_none(home: Path, content: str) -> None:
    (home / ".terraform.d/credentials.tfrc.json").write_text(content)
    assert credentials.login_variables() == {}
