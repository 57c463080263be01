"""What of a folder is published, and which folders are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from operations.publish.folder import Folder, read_folder


def read(folder: Path, *, source_maps: bool = False) -> Folder:
    return read_folder(folder, index_document="index.html", source_maps=source_maps)


def refused(folder: Path) -> str:
    with pytest.raises(ProblemsError) as raised:
        read(folder)
    return str(raised.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a page."""
    (tmp_path / "index.html").write_text("page")
    return tmp_path


def keys(found: Folder) -> list[str]:
    return [one.key for one in found.files]


def test_hidden_files_are_left_out_but_well_known_ones(folder: Path) -> None:
    for name in (".env", ".git/config", "a/.DS_Store", "a/Thumbs.db", ".well-known/security.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    found = read(folder)
    assert keys(found) == [".well-known/security.txt", "index.html"]
    assert set(found.excluded["hidden"]) == {".env", ".git/", "a/.DS_Store", "a/Thumbs.db"}


def test_source_maps_are_left_out_unless_they_are_wanted(folder: Path) -> None:
    (folder / "a.js.map").write_text("{}")
    assert keys(read(folder)) == ["index.html"]
    assert keys(read(folder, source_maps=True)) == ["a.js.map", "index.html"]


def test_compressed_copies_are_left_out_but_not_what_is_only_compressed(folder: Path) -> None:
    for name in ("a.js", "a.js.br", "game.wasm.br", "files.tar.gz"):
        (folder / name).write_text("x")
    found = {one.key: one.headers for one in read(folder).files}
    assert "a.js.br" not in found
    assert found["game.wasm.br"]["ContentEncoding"] == "br"
    assert found["game.wasm.br"]["ContentType"] == "application/wasm"
    assert "ContentEncoding" not in found["files.tar.gz"]
    assert found["files.tar.gz"]["ContentType"] == "application/gzip"


def test_an_empty_file_is_a_file(folder: Path) -> None:
    (folder / "empty.txt").touch()
    assert keys(read(folder)) == ["empty.txt", "index.html"]


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "home.html").symlink_to("index.html")
    assert keys(read(folder)) == ["home.html", "index.html"]


def test_everything_that_is_wrong_is_said_at_once(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "key").write_text("secret")
    (folder / "out").symlink_to(outside / "key")
    (folder / "nothing").symlink_to("missing")
    (folder / "linked").symlink_to(outside)
    (folder / "back\\slash").write_text("x")
    (folder / "u\u0308").write_text("x")
    (folder / "ü").write_text("x")
    os.mkfifo(folder / "pipe")
    said = refused(folder).splitlines()
    assert [line.partition("; allowed")[0] for line in said] == [
        "back\\\\slash: got a name with a backslash or a control character",
        "nothing: got a link to nothing",
        "out: got a link that leads out of the folder",
        "pipe: got neither a file nor a folder",
        "\\xfc: got two files whose names differ in how accents are written",
        "linked: got a link to a folder",
    ]


def test_a_name_that_is_no_text_is_refused(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text("x")
    assert "\\udcff.txt: got a name that is not UTF-8" in refused(folder)


def test_a_long_path_and_a_large_file_are_refused(folder: Path) -> None:
    deep = folder.joinpath(*["x" * 200] * 6)
    deep.mkdir(parents=True)
    (deep / "file.txt").write_text("x")
    assert "allowed: 1024, the most of a key in S3" in refused(folder)
    with (folder / "film.mp4").open("wb") as film:
        film.truncate(6 * 1024**3)  # sparse: it takes no room
    assert "film.mp4: got 6.0 GB; allowed: 5 GB" in refused(folder)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), "got an empty folder; allowed: a built frontend, with index.html"),
        (("a.js",), "got no index.html; allowed: a built frontend, with index.html"),
        (("index.html", "package.json", "node_modules/a.js"), "got a project, with package.json"),
    ],
)
def test_what_is_no_built_frontend_is_refused(tmp_path: Path, files: tuple[str, ...], said: str) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert said in refused(tmp_path)


def test_what_is_no_folder_is_refused(folder: Path) -> None:
    assert "got no folder of this name" in refused(folder / "dist")
    assert "got a file" in refused(folder / "index.html")


def test_an_empty_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    assert refused(tmp_path).startswith("index.html: got an empty page")


def test_what_cannot_be_read_is_refused_not_taken_for_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "assets").mkdir()
    (folder / "a.txt").write_text("x")
    scandir = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "assets":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    # To the administrator everything is readable.
    monkeypatch.setattr("os.scandir", refusing)
    monkeypatch.setattr("os.access", lambda path, _: Path(path).name != "a.txt")
    said = refused(folder).splitlines()
    assert said[0].startswith("a.txt: got a file that you may not read; allowed: one that you may")
    assert said[1].startswith("assets: got Permission denied; allowed: a folder that can be read")
