"""Settings of an environment's parameters. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import EntryName
from ..settings import KEY

# Systems Manager API: PutParameter, Value, of the standard tier.
MAX_VALUE = 4096


@settings
class ParameterStoreSettings:
    """The parameters of an environment, by the name of the variable that a container gets.

    `values` are plain. `credentials` are generated entries of the environment's secret: variable → entry.
    `entered` are set by hand after the first deployment (a key of a third party).
    """

    values: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, EntryName] = field(default_factory=dict)
    entered: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in the order of definition."""
        return (*self.values, *self.credentials, *self.entered)

    def problems(self) -> Iterator[Problem]:
        """Invalid and duplicate names; values that Parameter Store would refuse."""
        for name in dict.fromkeys(self.names):
            if not KEY.fullmatch(name):
                why = refusal(got=repr(name), allowed="capitals, digits and '_'", fix="rename it")
                yield Problem(where="names", what=why)
            if self.names.count(name) > 1:
                yield Problem(where=name, what="is defined twice; keep one of the two")
        for name, value in self.values.items():
            # Of the synthesis: Terraform may still put a longer value in the place of a reference.
            if not 1 <= len(value) <= MAX_VALUE:
                allowed = f"1 to {MAX_VALUE:,} characters"
                why = refusal(got=f"{len(value):,} characters", allowed=allowed, fix="shorten it, or drop it")
                yield Problem(where=f"values.{name}", what=why)
