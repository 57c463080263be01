"""Web app, the packaged architecture of a new product: an API with Aurora, and a single-page frontend."""

from stacks.entry import Entry, environment_entry


def entries() -> list[Entry]:
    """The stack of each environment."""
    from stacks.webapp.settings import ENVIRONMENTS

    return [environment_entry(settings, "stacks.webapp.stack:WebappStack") for settings in ENVIRONMENTS]
