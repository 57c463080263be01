"""What the JSON of a synthesized stack says: the names and settings of what the stack deploys."""

from operations.synthesized.services import Container, Service, services
from operations.synthesized.stack import SynthesizedStack, read, synthesized

__all__ = ["Container", "Service", "SynthesizedStack", "read", "services", "synthesized"]
