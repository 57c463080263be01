"""Logins of an application, beside the master user of its PostgreSQL database."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
