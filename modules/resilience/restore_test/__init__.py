"""Tests of restores: what proves one, the record of the last, the alarm when it is too long ago."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
