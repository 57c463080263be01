"""OHI: a health platform of container services."""

from stacks.entry import Entry, environment_entry


def entries() -> list[Entry]:
    """A catalogue entry for each environment."""
    from stacks.ohi.settings import ENVIRONMENTS

    return [environment_entry(settings, "stacks.ohi.stack:OhiStack") for settings in ENVIRONMENTS]
