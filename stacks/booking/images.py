"""The published image that Booking runs beside its own. Pure."""

from collections.abc import Mapping

from modules.compute.repository.upstream_image import UpstreamImage

# Copied into the environment's repository before the first deployment: docs/runbooks/booking.md.
PGBOUNCER = UpstreamImage(repository="docker.io/edoburu/pgbouncer", version="v1.25.2-p0")
# By the container that runs it.
UPSTREAM_IMAGES: Mapping[str, UpstreamImage] = {"pgbouncer": PGBOUNCER}
