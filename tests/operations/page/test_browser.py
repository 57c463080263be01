"""The page in Chromium: nothing is wider than the screen, it becomes larger, it can be printed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.installed import program
from tests.running import run_infra

STACK = "booking-dev"
# Nothing of this program's own, such as a search for updates, asks a network.
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
MEASURE = """<script>addEventListener("load", () => {
  const width = () => document.querySelector(".picture svg").getBoundingClientRect().width;
  const before = width();
  document.querySelector("[data-zoom]").click();
  const page = document.documentElement;
  document.title = ["measured", page.scrollWidth - innerWidth, Math.round(10 * width() / before)].join(" ");
});</script>"""


@pytest.fixture(scope="module")
def chromium() -> str:
    """Debian's Chromium."""
    return program("chromium")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a stack, as the command writes it."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    shown = run_infra("page", STACK, "--output", str(file), environment=dict(os.environ))
    assert shown.returncode == 0, shown.stderr
    assert f"{file.name}: {STACK}," in shown.stderr.replace("\n", "")
    return file


def browse(chromium: str, profile: Path, *words: str) -> str:
    command = [chromium, *QUIET, f"--user-data-dir={profile}", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.parametrize("width", [500, 1280])
def test_nothing_is_wider_than_the_screen_and_the_picture_becomes_larger(
    width: int, chromium: str, written: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    long = f"<div><code>aws_appautoscaling_policy.{'service_' * 12}</code></div>"
    page.write_text(written.read_text().replace("</body>", f"{long}{MEASURE}</body>"))
    shown = browse(chromium, tmp_path / "profile", f"--window-size={width},900", "--dump-dom", page.as_uri())
    measured = re.search(r"<title>measured (-?\d+) (\d+)</title>", shown)
    assert measured, shown[:300]
    assert int(measured[1]) <= 0
    assert int(measured[2]) == 14


def test_it_can_be_printed(chromium: str, written: Path, tmp_path: Path) -> None:
    printed = tmp_path / "page.pdf"
    browse(chromium, tmp_path / "profile", f"--print-to-pdf={printed}", written.as_uri())
    content = printed.read_bytes()
    assert content.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type /Page\b", content)) <= 20


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    target = tmp_path / "nowhere/page.html"
    refused = run_infra("page", STACK, "--output", str(target), environment=dict(os.environ))
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"--output: {target.parent} is not a directory")
