"""References of images: `REGISTRY/REPOSITORY:TAG` or `REGISTRY/REPOSITORY@DIGEST`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS_SHOWN = 12
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# Amazon ECR user guide, "Amazon ECR private registry": the address of a registry. In a stack's JSON, the
# account may be a reference of Terraform.
_ECR = re.compile(
    r"(?P<account>.+)\.dkr\.ecr\.(?P<region>[\w-]+)\.amazonaws\.com(\.cn)?/(?P<repository>[^:@]+)"
    r"(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@dataclass(frozen=True, kw_only=True)
class EcrImage:
    """A reference of an image in ECR."""

    account: str
    region: str
    repository: str
    tag: str | None
    digest: str | None


def ecr_image(reference: str) -> EcrImage | None:
    """The parts of a reference; None where it is none of ECR."""
    found = _ECR.fullmatch(reference)
    return EcrImage(**found.groupdict()) if found else None


def is_digest(text: str) -> bool:
    """Whether it is a digest alone."""
    return _DIGEST.fullmatch(text) is not None


def digest_of(reference: str) -> str | None:
    """The digest that a reference names."""
    _, _, digest = reference.partition("@")
    return digest or None


def short_digest(digest: str) -> str:
    """As much of a digest as tells images of one repository apart, as Docker shows it."""
    return digest.removeprefix("sha256:")[:DIGITS_SHOWN]


def without_version(reference: str) -> str:
    """The registry and the repository: a reference without its digest or tag."""
    name = reference.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def whole(given: str, *, beside: str) -> str:
    """What a person named: a whole reference, or a digest alone, of the repository of the image `beside`."""
    return f"{without_version(beside)}@{given}" if is_digest(given) else given
