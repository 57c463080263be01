"""One publication: uploads in their order, deletions, the invalidation, and the record of it all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from backend.aws_errors import aws_errors
from modules.errors import Problem, ProblemsError
from operations.aws import batches
from operations.console import say
from operations.progress import Progress
from operations.publish import invalidation
from operations.publish.comparison import Changes, Compared
from operations.publish.kinds import Kind
from operations.publish.lease import Lease, myself
from operations.publish.record import Release
from operations.publish.site import Read, Site, in_parallel

_BATCH = 1000  # DeleteObjects (Amazon S3 API Reference): "up to 1,000 keys"
NAMES = {Kind.HASHED: "hashed files", Kind.OTHER: "other files", Kind.PAGE: "pages"}


class Publication:
    """What is done with a website, step by step, while the record is held."""

    def __init__(self, site: Site, progress: Progress, *, minutes: int) -> None:
        self._site, self._progress, self._minutes = site, progress, minutes
        self._console = progress.console
        self._lease = Lease(site)
        self._ended = False
        self._done: dict[str, tuple[int, int]] = {}  # a kind's name -> how many are done, of how many

    def publish(self, read: Read, changes: Changes) -> str | None:
        """Publish; the id of the invalidation, None where there was nothing to invalidate.

        Raises ProblemsError; what is half-done then is said, and noted in the record for the next run.
        """
        keys = tuple(one.file.key for one in changes.uploads)
        self._lease.take(read, (*keys, *changes.removed), changes.invalidate)
        try:
            versions = {one.file.key: one.version for one in changes.compared}
            for kind in Kind:
                versions.update(self._upload(NAMES[kind], changes.of(kind)))
            self._delete(changes.removed)
            return self._end(versions, changes.retired, changes.invalidate)
        except BaseException:
            self._stop()
            raise

    def restore(
        self,
        read: Read,
        steps: Mapping[Kind, Sequence[tuple[str, str]]],
        release: Mapping[str, str],
        removed: Sequence[str],
        paths: tuple[str, ...],
    ) -> str | None:
        """Go back to a release: `steps` are the keys and versions to copy, in the order of their kinds."""
        self._lease.take(read, tuple(release), paths)
        try:
            versions = dict(release)
            for kind, copies in steps.items():
                versions.update(self._copy(NAMES[kind], copies))
            self._delete(removed)
            retired = {key: since for key, since in read.record.retired.items() if key not in versions}
            return self._end(versions, retired, paths)
        except BaseException:
            self._stop()
            raise

    def _upload(self, name: str, files: Sequence[Compared]) -> Iterator[tuple[str, str]]:
        def put(one: Compared) -> tuple[str, str]:
            self._lease.check()
            file = one.file
            with aws_errors(file.key), file.path.open("rb") as body:
                answer: Any = self._site.s3.put_object(
                    Bucket=self._site.bucket,
                    Key=file.key,
                    Body=body,
                    ChecksumAlgorithm="SHA256",
                    # S3 refuses what is not the file that was compared: a build that runs meanwhile.
                    ChecksumSHA256=file.sha256,
                    **file.headers,
                )
            return file.key, answer.get("VersionId", "")

        return self._each("Uploading", "Uploaded", name, put, files)

    def _copy(self, name: str, copies: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        def copy(one: tuple[str, str]) -> tuple[str, str]:
            self._lease.check()
            key, version = one
            with aws_errors(key):
                answer: Any = self._site.s3.copy_object(
                    Bucket=self._site.bucket,
                    Key=key,
                    CopySource={"Bucket": self._site.bucket, "Key": key, "VersionId": version},
                    ChecksumAlgorithm="SHA256",
                )
            return key, answer.get("VersionId", "")

        return self._each("Restoring", "Restored", name, copy, copies)

    def _each(self, doing: str, done: str, name: str, call: Any, items: Sequence[Any]) -> Iterator[Any]:
        if not items:
            return iter(())
        self._done[name] = (0, len(items))
        with self._progress.step(f"{doing} {name}", expected=len(items)) as step:

            def finished(item: Any) -> None:
                count, of = self._done[name]
                self._done[name] = (count + 1, of)
                step.advance(item.file.key if isinstance(item, Compared) else item[0])

            results = in_parallel(call, items, finished)
            step.done = f"{done} {name}: {len(items)}"
        return results

    def _delete(self, keys: Sequence[str]) -> None:
        if not keys:
            return
        with self._progress.step("Deleting what is no part of the site any more") as step:
            for batch in batches(keys, _BATCH):
                self._lease.check()
                objects = [{"Key": key} for key in batch]
                with aws_errors("AWS"):
                    answer = self._site.s3.delete_objects(
                        Bucket=self._site.bucket, Delete={"Objects": objects, "Quiet": True}
                    )
                if errors := answer.get("Errors"):
                    raise ProblemsError(
                        Problem(where=one["Key"], what=f"not deleted: {one['Message']}") for one in errors
                    )
            step.done = f"Deleted files: {len(keys)}"

    def _end(
        self, versions: Mapping[str, str], retired: Mapping[str, str], paths: tuple[str, ...]
    ) -> str | None:
        made = None
        if paths:
            with self._progress.step(f"Invalidating {' '.join(paths)}") as step:
                made = invalidation.create(
                    self._site, paths, self._lease.holder.id, minutes=self._minutes, waiting=step.show
                )
                step.done = f"Invalidated {' '.join(paths)}" if made else "The files are published"
        release = Release(at=datetime.now(UTC).isoformat(), by=myself(), files=dict(versions))
        left = paths if paths and made is None else ()
        self._lease.end(self._lease.record.ended(release, retired, left))
        self._ended = True
        if left:
            what = "other invalidations run; caches keep the earlier files. Run it again to invalidate"
            raise ProblemsError.one(f"distribution {self._site.distribution}", what)
        return made

    def _stop(self) -> None:
        """Say what is half-done, and give the record free for the next run."""
        if self._ended:
            return
        parts = [f"{count} of {of} {name}" for name, (count, of) in self._done.items()]
        pages = self._done.get(NAMES[Kind.PAGE], (0, 0))[0]
        state = "some pages are those of the new release" if pages else "all pages are those of before"
        say(self._console, f"Done: {', '.join(parts) or 'nothing'}; {state}. Run it again to go on.")
        try:
            self._lease.end(self._lease.record)
        except ProblemsError as error:
            say(self._console, f"The record still says that this run publishes: {error}")
