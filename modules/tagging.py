"""Tags: those that a product requires, their values, and overrides for one resource. Pure.

A `TagPolicy` says what is required; `Tags` are its values for one environment. The provider's `default_tags`
put them on every taggable resource; a resource that differs passes `tags.override(...)`, which holds only the
difference, since Terraform lets a resource's own tags win over the defaults.
"""

import re
from collections.abc import Iterator, Mapping

from .errors import Problem, ProblemsError, refusal
from .settings import settings
from .values import Line, TagKey

# Tag naming limits and requirements (AWS, "Tag your Amazon EC2 resources"; the strictest common set).
_LONGEST_KEY, _LONGEST_VALUE, _MAX_TAGS = 128, 256, 50
_CHARACTERS = re.compile(r"[\w .:/=+\-@]*")


@settings
class TagPolicy:
    """The tags that every taggable resource of a product must have.

    Route 53 hosted zones, health checks and S3 objects take ten tags. Where there would be more, those of
    `optional_where_limited` are left out, the first ones first.
    """

    name: Line
    required: tuple[TagKey, ...]
    optional_where_limited: tuple[TagKey, ...] = ()


@settings
class Tags:
    """The tags of one environment, with all that its policy requires.

    Raises ProblemsError for every tag that is missing, empty, too long or has invalid characters.
    """

    policy: TagPolicy
    values: Mapping[TagKey, str]

    def problems(self) -> Iterator[Problem]:
        """Tags that the policy or AWS would refuse."""
        for key in self.policy.required:
            if not self.values.get(key):
                why = f"is missing, the {self.policy.name} policy requires it; set it"
                yield Problem(where=key, what=why)
        yield from _problems(self.values, number=len(self.values))

    def limited(self, most: int) -> dict[str, str]:
        """At most `most` tags, for a kind of resource that takes no more.

        Raises ProblemsError when leaving out every tag that may be left out is not enough.
        """
        left_out = [key for key in self.policy.optional_where_limited if key in self.values]
        surplus = max(0, len(self.values) - most)
        if surplus > len(left_out):
            why = refusal(
                got=f"{len(self.values)} tags, of which {len(left_out)} may be left out",
                allowed=f"at most {most}",
                fix=f"name {surplus} of them in optional_where_limited of the {self.policy.name} tag policy",
            )
            raise ProblemsError.one("tags of a resource that takes few", why)
        return {key: value for key, value in self.values.items() if key not in left_out[:surplus]}

    def override(self, **tags: str) -> dict[str, str]:
        """Tags of one resource that differ from the environment's: `tags.override(Service="api")`."""
        if problems := list(_problems(tags, number=len({**self.values, **tags}))):
            raise ProblemsError(problems)
        return {key: value for key, value in tags.items() if self.values.get(key) != value}


def _problems(tags: Mapping[str, str], *, number: int) -> Iterator[Problem]:
    """What is wrong with tags, of so many that a resource gets."""
    if number > _MAX_TAGS:
        got = refusal(got=f"{number} tags", allowed=f"at most {_MAX_TAGS}", fix="remove some")
        yield Problem(where="values", what=got)
    for key, value in tags.items():
        if len(key) > _LONGEST_KEY or key.lower().startswith("aws:"):
            allowed = f"1 to {_LONGEST_KEY} characters, not starting with 'aws:'"
            yield Problem(where=key, what=refusal(got=repr(key), allowed=allowed, fix="rename it"))
        if len(value) > _LONGEST_VALUE:
            got, allowed = f"{len(value)} characters", f"at most {_LONGEST_VALUE}"
            yield Problem(where=key, what=refusal(got=got, allowed=allowed, fix="shorten it"))
        if not _CHARACTERS.fullmatch(value):
            why = refusal(got=repr(value), allowed="letters, digits, spaces and .:/=+-@_", fix="reword it")
            yield Problem(where=key, what=why)
