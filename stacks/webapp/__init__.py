"""Web app, a reference architecture for new products: an API with Aurora, and a single-page frontend."""

from stacks.entry import Entry, environment_entry


def entries() -> list[Entry]:
    """A catalogue entry for each environment, and for each recovery in a second region."""
    from stacks.webapp.settings import ENVIRONMENTS, RECOVERIES

    return [
        environment_entry(settings, "stacks.webapp.stack:WebappStack")
        for settings in (*ENVIRONMENTS, *RECOVERIES)
    ]
