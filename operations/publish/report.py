"""What a publication would do, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.filesize import decimal

from operations.console import say, table
from operations.publish.comparison import Action, Changes, Compared
from operations.publish.folder import HIDDEN, MAPS, Folder
from operations.publish.kinds import CACHE_CONTROL, Kind
from operations.publish.previous import Return
from operations.publish.publication import NAMES
from operations.publish.site import Site

_SHOWN, _NAMED = 10, 3
_COMPRESSED = "CloudFront compresses by itself"
_HINTS = {HIDDEN: "never published", MAPS: "publish them with --source-maps"}


def show(console: Console, site: Site, folder: Folder, changes: Changes, *, keep_days: int) -> None:
    """Print what a publication changes."""
    say(console, f"{site.stack}: to s3://{site.bucket}, distribution {site.distribution}")
    if site.paused:
        say(console, f"{site.stack} is paused: visitors get its page until infra resume {site.stack}.")
    shown = table("", *(one.value for one in Action), "upload", "Cache-Control")
    for column in shown.columns[1:-1]:
        column.justify = "right"
    for kind in Kind:
        files = [one for one in changes.compared if one.file.kind is kind]
        counts = [sum(one.action is action for one in files) for action in Action]
        size = sum(one.file.size for one in changes.of(kind))
        shown.add_row(
            NAMES[kind],
            *(str(count or "") for count in counts),
            decimal(size) if size else "",
            CACHE_CONTROL[kind],
        )
    console.print(shown)
    _list(console, "Files", [f"{one.action.value:<8} {one.file.key}" for one in _uploads(changes)])
    for reason, keys in folder.excluded.items():
        _say_names(console, f"Left out, {reason} ({_HINTS.get(reason, _COMPRESSED)})", keys)
    _say_names(
        console, "Hashed by name, but changed (browsers keep the earlier: --hashed)", changes.overwritten
    )
    _say_names(console, "Deleted", changes.removed)
    _say_names(console, f"Kept {keep_days} days for open tabs", list(changes.retired))
    _say_names(console, "Not put there by this command, and left", changes.strangers)
    say(console, f"Invalidated: {' '.join(changes.invalidate) or 'nothing'}")


def show_return(console: Console, site: Site, back: Return) -> None:
    """Print what goes back."""
    release = back.release
    say(
        console,
        f"{site.stack}: back to the release of {release.at[:16].replace('T', ' ')} UTC by {release.by}",
    )
    keys = [key for copies in back.copies.values() for key, _ in copies]
    _list(console, "Restored", keys)
    _say_names(console, "Deleted", back.removed)
    say(console, f"Invalidated: {' '.join(back.invalidate) or 'nothing'}")


def as_json(site: Site, folder: Folder, changes: Changes) -> dict[str, Any]:
    """The same for programs."""
    return {
        "stack": site.stack,
        "website": site.website.website,
        "bucket": site.bucket,
        "distribution": site.distribution,
        "paused": site.paused,
        "files": [
            {
                "key": one.file.key,
                "kind": one.file.kind.value,
                "action": one.action.value,
                "bytes": one.file.size,
                **one.file.headers,
            }
            for one in changes.compared
        ],
        "excluded": {reason: list(keys) for reason, keys in folder.excluded.items()},
        "deleted": list(changes.removed),
        "kept": dict(changes.retired),
        "left": list(changes.strangers),
        "invalidate": list(changes.invalidate),
    }


def return_as_json(site: Site, back: Return) -> dict[str, Any]:
    """The way back, for programs."""
    return {
        "stack": site.stack,
        "website": site.website.website,
        "bucket": site.bucket,
        "distribution": site.distribution,
        "release": back.release.at,
        "restored": [key for copies in back.copies.values() for key, _ in copies],
        "deleted": list(back.removed),
        "invalidate": list(back.invalidate),
    }


def _uploads(changes: Changes) -> Iterable[Compared]:
    return (one for kind in Kind for one in changes.of(kind))


def _list(console: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        say(console, f"{title}, in this order:")
    for line in lines[:_SHOWN]:
        say(console, f"  {line}")
    if len(lines) > _SHOWN:
        say(console, f"  and {len(lines) - _SHOWN} more; all of them: --dry-run --json")


def _say_names(console: Console, title: str, keys: Sequence[str]) -> None:
    if keys:
        more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
        say(console, f"{title}: {', '.join(keys[:_NAMED])}{more}")
