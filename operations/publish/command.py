"""`infra publish`: the frontend that a build wrote, into the bucket of a stack's website."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from modules.errors import ProblemsError, refusal
from operations import aws
from operations.console import AsJson, DryRun, Yes, confirm, interruptible, say
from operations.progress import Progress
from operations.publish import invalidation, lease, report
from operations.publish.comparison import Changes, Object, changes, compare
from operations.publish.folder import Folder, read_folder
from operations.publish.kinds import Kind, kind_of
from operations.publish.previous import way_back
from operations.publish.publication import Publication
from operations.publish.site import Read, Site, in_parallel
from operations.stacks import KnownStack
from operations.synthesized import Website, synthesized, websites

_FAILED = 1
_Hashed = Annotated[
    list[str] | None,
    typer.Option(
        "--hashed",
        metavar="PATTERN",
        help="Which files have a hash in their name, such as 'assets/*'; else the name's look says it",
    ),
]


def publish(
    stack: KnownStack,
    folder: Annotated[
        Path | None, typer.Argument(help="The folder that the build wrote, such as dist", show_default=False)
    ] = None,
    *,
    website: Annotated[str | None, typer.Option(help="Which website, where a stack has several")] = None,
    previous: Annotated[bool, typer.Option("--previous", help="Go back to the release before")] = False,
    hashed: _Hashed = None,
    source_maps: Annotated[bool, typer.Option("--source-maps", help="Publish source maps too")] = False,
    keep_days: Annotated[
        int, typer.Option(min=0, help="How long hashed files of earlier releases stay, for open tabs")
    ] = 30,
    wait: Annotated[bool, typer.Option(help="Wait until CloudFront has the new files everywhere")] = True,
    wait_minutes: Annotated[int, typer.Option(min=0, help="How long it waits for CloudFront")] = 15,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    region: aws.Region = None,
) -> None:
    """Publish a frontend: hashed files first, pages last, then the caches.

    Repeated, it goes on where it stopped.

    Only what differs is uploaded: contents, Content-Type, Cache-Control, Content-Encoding.

    Exit codes: 0 published, or nothing to do; 1 CloudFront has not finished in time; 2 refused, or failed
    with the reason; 130 stopped.
    """
    if (folder is None) != previous:
        got = "a folder and --previous" if previous else "no folder"
        why = refusal(
            got=got, allowed="one of the two", fix="name the folder that the build wrote, or --previous"
        )
        raise ProblemsError.one("folder", why)
    console = Console(stderr=as_json)
    options = _Options(
        hashed=tuple(hashed or ()),
        source_maps=source_maps,
        keep_days=keep_days,
        minutes=wait_minutes,
        wait=wait,
        yes=yes,
        dry_run=dry_run,
        as_json=as_json,
    )
    command = f"infra publish {stack} {'--previous' if previous else folder}"
    with interruptible(console, f"Stopped. To go on: {command}"):
        progress = Progress(console)
        with progress.step(f"Synthesizing {stack}") as step:
            chosen = synthesized(stack)
            step.done = f"Synthesized {stack}"
        site = Site(chosen, _website(stack, websites(chosen), website), region)
        run = _Run(site, progress, options)
        if folder:
            run.publish(folder)
        else:
            run.go_back()


def _website(stack: str, found: dict[str, Website], name: str | None) -> Website:
    if not found:
        why = refusal(got="a stack without a website", allowed="one that has one", fix="name another stack")
        raise ProblemsError.one(stack, why)
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name not in found:
        got = f"no --website, and {len(found)} websites" if name is None else repr(name)
        fix = f"name one, such as --website {next(iter(found))}"
        raise ProblemsError.one(f"{stack} website", refusal(got=got, allowed=", ".join(found), fix=fix))
    return found[name]


@dataclass(frozen=True, kw_only=True)
class _Options:
    hashed: tuple[str, ...]
    source_maps: bool
    keep_days: int
    minutes: int
    wait: bool
    yes: bool
    dry_run: bool
    as_json: bool


class _Run:
    """One run of the command on one website."""

    def __init__(self, site: Site, progress: Progress, options: _Options) -> None:
        self._site, self._progress, self._options = site, progress, options
        self._console = progress.console

    def publish(self, path: Path) -> None:
        """Compare a folder with the bucket, and publish what differs."""
        options, index = self._options, self._site.website.index_document
        folder = read_folder(
            path, index_document=index, patterns=options.hashed, source_maps=options.source_maps
        )
        read = self._read()
        found = self._compare(folder, read)
        report.show(self._console, self._site, folder, found, keep_days=options.keep_days)
        content = report.as_json(self._site, folder, found)
        if not (found.uploads or found.removed or found.invalidate):
            say(self._console, "Nothing to publish: the website has these files already.")
            self._print(content, None)
            return
        if options.dry_run:
            self._print(content, None)
            return
        confirm(f"Publish to {self._address}?", yes=options.yes)
        self._finish(content, self._publication.publish(read, found))

    def go_back(self) -> None:
        """Restore the release before."""
        options = self._options
        read = self._read()
        with self._progress.step("Comparing") as step:
            back = way_back(self._site, read, self._site.website.index_document, options.hashed)
            step.done = "Compared with the release before"
        report.show_return(self._console, self._site, back)
        content = report.return_as_json(self._site, back)
        if options.dry_run:
            self._print(content, None)
            return
        confirm(f"Take {self._address} back?", yes=options.yes)
        made = self._publication.restore(read, back.copies, back.release.files, back.removed, back.invalidate)
        self._finish(content, made)

    @property
    def _publication(self) -> Publication:
        return Publication(self._site, self._progress, minutes=self._options.minutes)

    @property
    def _address(self) -> str:
        hosts = self._site.website.hosts
        return f"https://{hosts[0]}" if hosts else self._site.stack

    def _read(self) -> Read:
        with self._progress.step("Looking for the website") as step:
            self._site.find()
            step.done = f"Found the website {self._site.bucket}"
        read = self._site.read()
        if lease.is_held(read) and not self._options.dry_run:
            with self._progress.step("Waiting") as step:
                read = lease.wait_until_free(self._site, read, step.show)
                step.done = "Nobody else publishes"
        if read.record.unfinished is not None:
            say(self._console, "An earlier run was stopped half-way; this one goes on from there.")
        return read

    def _compare(self, folder: Folder, read: Read) -> Changes:
        site, options = self._site, self._options
        with self._progress.step("Comparing", expected=len(folder.files)) as step:
            sizes = site.sizes()

            def compared(file: Any) -> Any:
                size = sizes.get(file.key)
                # What has another size is uploaded whatever its headers are: no request for those.
                other = None if size is None else Object(key=file.key, size=size)
                return compare(file, site.head(file.key) if size == file.size else other)

            results = list(in_parallel(compared, folder.files, lambda one: step.advance(one.key)))
            step.done = f"Compared files: {len(results)}"
        return changes(
            results,
            sizes,
            read.record,
            now=read.now,
            keep_days=options.keep_days,
            is_hashed=lambda key: kind_of(key, options.hashed) is Kind.HASHED,
            index_document=site.website.index_document,
        )

    def _finish(self, content: dict[str, Any], made: str | None) -> None:
        completed = made is None
        if made and self._options.wait:
            with self._progress.step("Waiting for CloudFront's caches") as step:
                completed = invalidation.wait(self._site, made, minutes=self._options.minutes)
                step.done = (
                    "CloudFront's caches no longer have it" if completed else "CloudFront still works on it"
                )
        self._print(content, made)
        say(self._console, f"Done in {self._progress.seconds:.0f} s: {self._address}")
        if made and self._options.wait and not completed:
            say(self._console, f"Invalidation {made} of {self._site.distribution} is not completed yet.")
            raise typer.Exit(_FAILED)

    def _print(self, content: dict[str, Any], made: str | None) -> None:
        if self._options.as_json:
            typer.echo(json.dumps({**content, "invalidation": made}, indent=2))
