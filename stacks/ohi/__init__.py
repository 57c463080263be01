"""OHI: a health platform of container services."""

from stacks.entry import Entry, environment_entry


def entries() -> list[Entry]:
    """A catalogue entry for each environment, and for each recovery in a second region."""
    from stacks.ohi.images import UPSTREAM_IMAGES
    from stacks.ohi.settings import ENVIRONMENTS, RECOVERIES

    stack = "stacks.ohi.stack:OhiStack"
    return [environment_entry(settings, stack, UPSTREAM_IMAGES) for settings in (*ENVIRONMENTS, *RECOVERIES)]
