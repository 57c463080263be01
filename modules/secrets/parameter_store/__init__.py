"""Configuration and credentials of an environment in Parameter Store, under one path."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
