"""What an AWS account records of itself, checks and refuses, whatever is deployed to it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
