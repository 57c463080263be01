"""Booking, an API in Django with workers: behind PgBouncer, without NAT in dev, deployed by a pipeline."""

from stacks.entry import Entry, environment_entry


def entries() -> list[Entry]:
    """A catalogue entry for each environment, and for each recovery in a second region."""
    from stacks.booking.images import UPSTREAM_IMAGES
    from stacks.booking.settings import ENVIRONMENTS, RECOVERIES

    stack = "stacks.booking.stack:BookingStack"
    return [environment_entry(settings, stack, UPSTREAM_IMAGES) for settings in (*ENVIRONMENTS, *RECOVERIES)]
