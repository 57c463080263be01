"""Backups: vaults, plans, copies in a second region, tested restores; recovery in a second region."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
