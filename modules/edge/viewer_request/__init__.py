"""The function of a distribution, called before its cache: steps that answer or rewrite a request."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
