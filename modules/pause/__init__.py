"""Whether a stack is paused: expressions of its variable, and the databases that stop while it is."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
