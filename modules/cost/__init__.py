"""What an environment or an account costs: budgets, anomalies, allocation tags, unused resources."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
