"""Booking, an API in Django with workers: behind PgBouncer, without NAT in dev, deployed by a pipeline."""

from stacks.entry import Entry, environment_entry


def entries() -> list[Entry]:
    """A catalogue entry for each environment."""
    from stacks.booking.settings import ENVIRONMENTS

    return [environment_entry(settings, "stacks.booking.stack:BookingStack") for settings in ENVIRONMENTS]
