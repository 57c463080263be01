"""The command line of `infra images`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.console import Console
from typer.core import TyperGroup

from backend.aws_errors import aws_errors
from modules.compute.repository.upstream_image import UpstreamImage
from modules.errors import Problem, ProblemsError, refusal
from modules.regions import registry
from operations import aws
from operations.console import AsJson, DryRun, interruptible, say
from operations.images import listing, mirror, push
from operations.images.places import Place, places, repository_targets
from operations.images.sources import opened
from operations.progress import Progress
from operations.stacks import KnownStack
from operations.synthesized import SynthesizedStack, synthesized

_STOPPED = "Stopped. Layers that arrived whole stay in the repository; to go on from here, run it again."
# A layer of a gigabyte is a hundred parts, and each may meet a busy moment.
_ATTEMPTS = 8


class Images(TyperGroup):
    """`infra images STACK` is `infra images list STACK`."""

    default = "list"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default subcommand before what names none."""
        if args and args[0] not in self.commands and not set(args) & {*ctx.help_option_names}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Images,
    no_args_is_help=True,
    help="What services run and repositories have (`infra images STACK`); images into repositories.",
)


@app.command("list")
def list_images(
    stack: KnownStack,
    *,
    targets: Annotated[
        bool,
        typer.Option("--targets", help="Print only `-target=…` for each repository that the stack creates"),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what each service runs, what its repository has, and which published images are missing."""
    console = Console(stderr=as_json or targets)
    document, found = _read(console, stack)
    if targets:
        typer.echo(" ".join(repository_targets(document)))
        return
    with aws_errors("AWS"), console.status(f"Reading the images of {stack}"):
        rows = listing.read_rows(document, found)
    if as_json:
        typer.echo(json.dumps(listing.as_json(document, rows), indent=2))
    else:
        listing.show(console, document, rows)


@app.command("push")
def push_image(
    stack: KnownStack,
    service: Annotated[str, typer.Argument(help="The service whose image it is")],
    source: Annotated[
        str,
        typer.Argument(
            help="An OCI layout, an archive (docker save, buildx type=oci), or an image of Docker"
        ),
    ],
    *,
    tag: Annotated[
        list[str] | None, typer.Option(help="A tag of its own, such as the commit; may be repeated")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Upload an image into the repository of a service, and print its digest.

    One that can't run as the service (its architecture, docs/image-contract.md) is refused first. What is
    there is not uploaded again. The first image of a repository also gets the tag that the service runs
    before a deployment. Exit codes: 0 it is there; 2 refused; 130 stopped by Ctrl-C, and run again it goes
    on.
    """
    console = Console(stderr=as_json)
    document, found = _read(console, stack)
    running = push.service_places(found, service)
    own = running[0]
    with interruptible(console, _STOPPED), ExitStack() as files, _account(document) as account:
        with console.status(f"Reading {source}"):
            image = files.enter_context(opened(source, own.architecture))
        todo = push.checked(account.ecr, image, running, tag or [push.default_tag(image)])
        push.describe(console, todo)
        if not dry_run:
            push.carried_out(account.ecr, console, todo)
    _tell(console, stack, account.deployable(own, image.digest), as_json=as_json)


@app.command("mirror")
def mirror_images(
    stack: KnownStack,
    *,
    registry: Annotated[
        list[str] | None,
        typer.Option(help="HOST=URL: read what HOST publishes from another registry; may be repeated"),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Copy the published images that a stack runs into the account's repositories.

    Each is the image for the platform of its task, with the publisher's digest. What is there is skipped.
    Exit codes: 0 all are there; 2 refused; 130 stopped by Ctrl-C, and run again it goes on.
    """
    others = _registries(registry or [])
    console = Console(stderr=as_json)
    document, found = _read(console, stack)
    done: dict[str, str] = {}
    with interruptible(console, _STOPPED), _account(document) as account:
        todo, there = mirror.copies(account.ecr, found)
        for place, stored in there:
            say(console, f"{place.name}: {stored.digest} is there already")
            done |= account.deployable(place, stored.digest)
        for copy in todo:
            image, pushes = mirror.copied(account.ecr, console, copy, others, dry_run=dry_run)
            for one in pushes:
                push.describe(console, one)
            for place in copy.places:
                done |= account.deployable(place, image.digest)
    if not (todo or there):
        say(console, f"{stack} runs no published image.")
    _tell(console, stack, done, as_json=as_json)


def upstream_images(stack: str) -> Mapping[str, UpstreamImage]:
    """The published images of a stack, by the container that runs each."""
    from stacks.catalogue import catalogue

    return catalogue()[stack].upstream_images


def _read(console: Console, stack: str) -> tuple[SynthesizedStack, list[Place]]:
    progress = Progress(console)
    with progress.step(f"Synthesizing {stack}") as step:
        document = synthesized(stack)
        step.done = f"Synthesized {stack}"
    found = places(document, upstream_images(stack))
    if not found:
        why = refusal(got="no container", allowed="a stack of services", fix="name another stack")
        raise ProblemsError.one(stack, why)
    return document, found


@dataclass(frozen=True, kw_only=True)
class _Account:
    """The account that images are uploaded to."""

    ecr: Any
    registry: str  # its address, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com

    def deployable(self, place: Place, digest: str) -> dict[str, str]:
        """The image by its service, where a deployment decides which one runs."""
        if place.container.image_parameter is None:
            return {}
        return {place.service.service: f"{self.registry}/{place.repository}@{digest}"}


@contextmanager
def _account(document: SynthesizedStack) -> Iterator[_Account]:
    """The stack's account, with errors of AWS as sentences. Raises ProblemsError for another one."""
    from botocore.config import Config

    config = Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS})
    region, stack = document.region, document.name
    with aws_errors("AWS"):
        account = aws.client("sts", region, stack=stack).get_caller_identity()["Account"]
        if document.account_ids and account not in document.account_ids:
            allowed, fix = ", ".join(document.account_ids), "set AWS_PROFILE to it"
            why = refusal(got=f"credentials of account {account}", allowed=allowed, fix=fix)
            raise ProblemsError.one(stack, why)
        client = aws.client("ecr", region, stack=stack, config=config)
        yield _Account(ecr=client, registry=registry(account, region))


def _tell(console: Console, stack: str, images: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"stack": stack, "images": images}, indent=2))
    elif images:
        say(console, "\nTo deploy:")
        words = " ".join(f"{service}={image}" for service, image in images.items())
        say(console, f"  infra deploy {stack} {words}")


def _registries(words: Sequence[str]) -> dict[str, str]:
    """Registries that are read elsewhere, by host. Raises ProblemsError."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for word in words:
        host, _, url = word.partition("=")
        parts = urlsplit(url)
        if not host or parts.scheme not in ("http", "https") or not parts.hostname:
            why = refusal(got=repr(word), allowed="HOST=https://…", fix="correct it")
            problems.append(Problem(where="--registry", what=why))
        found[host] = url
    if problems:
        raise ProblemsError(problems)
    return found
