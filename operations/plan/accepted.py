"""What an accepted finding of checkov is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A check that a module fails on purpose: which resources of it, and why that is right.

    `resources` and `stacks` are globs over Terraform addresses and names of stacks; with `data`, a resource
    must also have this DataClassification tag.
    """

    check: str
    modules: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str
    stacks: tuple[str, ...] = ("*",)
    data: str | None = None

    def covers(self, *, stack: str, check: str, address: str, data: str) -> bool:
        """Whether a finding, about a resource with this DataClassification tag, is one of these."""
        return (
            check == self.check
            and self.data in (None, data)
            and any(fnmatchcase(stack, one) for one in self.stacks)
            and any(fnmatchcase(address, one) for one in self.resources)
        )


DISTRIBUTIONS = ("aws_cloudfront_distribution.*",)
PUBLIC = "public"
SMALL = ("*-dev", "*-staging")
