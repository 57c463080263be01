"""AWS Backup: vaults, plans by tag, copies in a second region, tested restores."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
