"""What the JSON of a synthesized stack says: the names and settings of what the stack deploys."""

from operations.synthesized.migrations import Migration, migrations
from operations.synthesized.services import Container, Service, services
from operations.synthesized.stack import SynthesizedStack, read, synthesized
from operations.synthesized.websites import Website, websites

__all__ = [
    "Container",
    "Migration",
    "Service",
    "SynthesizedStack",
    "Website",
    "migrations",
    "read",
    "services",
    "synthesized",
    "websites",
]
