"""`infra images STACK`: what runs, what repositories have, which published images are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.filesize import decimal

from operations import aws
from operations.console import say, table
from operations.deployed import deployed_images, running_images
from operations.image_references import DIGITS_SHOWN, digest_of, ecr_image, short_digest
from operations.images.places import Place
from operations.images.repositories import StoredImage, read_repositories, tagged
from operations.stacks import in_stack
from operations.synthesized import SynthesizedStack

_SEVERE = ("CRITICAL", "HIGH")  # of FindingSeverity (Amazon ECR API Reference); the JSON has the others
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A container: the image that it runs, and the one that its parameter names."""

    place: Place
    running: str | None
    deployed: str | None
    images: tuple[StoredImage, ...] | None  # None: there is no repository

    @property
    def tag(self) -> str | None:
        """The tag that its task definition names."""
        named = ecr_image(self.running or "")
        return named.tag if named else None

    @property
    def digest(self) -> str | None:
        """The digest that runs, also where the task definition names a tag."""
        if self.running is None:
            return None
        found = tagged(self.images, self.tag)
        return digest_of(self.running) or (found.digest if found else None)

    @property
    def missing(self) -> bool:
        """Whether it runs a published image that is not in the repository."""
        upstream = self.place.upstream
        return upstream is not None and tagged(self.images, upstream.version) is None

    @property
    def differs(self) -> bool:
        """Whether the parameter names another image than the one that runs."""
        return None not in (self.running, self.deployed) and self.running != self.deployed


def read_rows(stack: SynthesizedStack, places: Sequence[Place]) -> list[Row]:
    """What AWS has of the containers of a stack."""
    clients = aws.Clients(stack.name, stack.region)
    services = {place.service.service: place.service for place in places}
    running = running_images(clients.ecs, [*services.values()])
    named = [name for place in places if (name := place.container.image_parameter)]
    deployed = deployed_images(clients.ssm, named)
    images = read_repositories(clients.ecr, (place.repository for place in places))
    return [
        Row(
            place=place,
            running=running.get((place.service.service, place.container.name)),
            deployed=deployed.get(place.container.image_parameter or ""),
            images=images[place.repository],
        )
        for place in places
    ]


def as_json(stack: SynthesizedStack, rows: Sequence[Row]) -> dict[str, Any]:
    """The same for programs."""
    return {"stack": stack.name, "region": stack.region, "containers": [_row_as_json(row) for row in rows]}


def _row_as_json(row: Row) -> dict[str, Any]:
    upstream = row.place.upstream
    images = None if row.images is None else [_image_as_json(one) for one in row.images]
    return {
        "service": row.place.service.service,
        "container": row.place.container.name,
        "running": row.running,
        "digest": row.digest,
        "parameter": row.place.container.image_parameter,
        "deployed": row.deployed,
        "repository": row.place.repository,
        "images": images,
        "upstream": upstream.reference if upstream else None,
        "missing": row.missing,
    }


def _image_as_json(image: StoredImage) -> dict[str, Any]:
    return {
        "digest": image.digest,
        "tags": list(image.tags),
        "pushed": image.pushed.isoformat(),
        "size": image.size,
        "findings": dict(image.findings) if image.findings is not None else None,
    }


def show(console: Console, stack: SynthesizedStack, rows: Sequence[Row]) -> None:
    """Print each container with the image that runs and the newest; and what to do about what is missing."""
    shown = table("service", "image", "", "pushed", title=f"Images of {stack.name}")
    shown.add_column("size", justify="right")
    shown.add_column("tags; findings", overflow="fold")
    for row in rows:
        for place, cells in enumerate(_lines(row)):
            shown.add_row(row.place.name if place == 0 else "", *cells)
    console.print(shown)
    _show_hints(console, stack, rows)


def _lines(row: Row) -> Iterator[Sequence[str]]:
    """What the table says of a container: image, whether it runs or is the newest, time, size, tags."""
    if row.images is None:
        yield ("no repository",)
        return
    held = next((one for one in row.images if one.digest == row.digest), None)
    if held:
        yield image_cells(held, "runs")
    elif row.running:
        yield short_digest(row.digest or "") or f"tag {row.tag}", "runs", "", "", "gone from the repository"
    newest = [one for one in row.images[:1] if one is not held]
    for one in newest:
        yield image_cells(one, "newest")
    if not row.images and not row.running:
        yield ("no image",)
    if others := len(row.images) - len(newest) - (held is not None):
        yield "", "", "", "", f"and {others} more"


def image_cells(image: StoredImage, mark: str) -> Sequence[str]:
    """Digest, mark, date, size, and tags with what a scan has found, for a person."""
    tags = [tag[:DIGITS_SHOWN] if _COMMIT.fullmatch(tag) else tag for tag in image.tags]
    found = image.findings or {}
    findings = [f"{count} {one.lower()}" for one in _SEVERE if (count := found.get(one))]
    words = "; ".join(", ".join(one) for one in (tags, findings) if one)
    size = decimal(image.size) if image.size is not None else ""
    return short_digest(image.digest), mark, f"{image.pushed:%Y-%m-%d}", size, words


def _show_hints(console: Console, stack: SynthesizedStack, rows: Sequence[Row]) -> None:
    if any(row.images for row in rows):
        say(console, f"Whole digests, and older images: infra images {stack.name} --json")
    if differing := [row.place.name for row in rows if row.differs]:
        say(console, f"\nTheir parameters name another image than the one that runs: {', '.join(differing)}")
    own = set(stack.resources("aws_ecr_repository"))
    if own and any(row.images is None for row in rows):
        say(console, "\nRepositories that this stack creates are missing. To create them before the rest:")
        targets = f"$(infra images {stack.name} --targets)"
        say(console, f"  {in_stack(stack.name)} apply {targets}")
    if missing := [row for row in rows if row.missing]:
        say(console, "\nPublished images that are not copied yet:")
        for row in missing:
            assert row.place.upstream is not None  # noqa: S101 - without one nothing is missing
            say(console, f"  {row.place.name}: {row.place.upstream.reference}")
        say(console, f"To copy them: infra images mirror {stack.name}")
