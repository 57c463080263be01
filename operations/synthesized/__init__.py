"""What the JSON of a synthesized stack says: the names and settings of what the stack deploys."""

from operations.synthesized.migrations import Migration, migrations
from operations.synthesized.restore_tests import RestoreTest, restore_tests
from operations.synthesized.services import Container, Service, services
from operations.synthesized.stack import SynthesizedStack, read, synthesized
from operations.synthesized.websites import Website, websites

__all__ = [
    "Container",
    "Migration",
    "RestoreTest",
    "Service",
    "SynthesizedStack",
    "Website",
    "migrations",
    "read",
    "restore_tests",
    "services",
    "synthesized",
    "websites",
]
