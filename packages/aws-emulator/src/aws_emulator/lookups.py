"""What moto looks up anew for each request and is always the same: two fifths of the time of an answer."""

from __future__ import annotations

from functools import cache

from moto import backends
from moto.core import responses, utils


def keep_lookups() -> None:
    """Look up once: which methods a class of responses has, and which services are folders of moto.

    Without it moto goes through the members of a class for each request, and lists its directory twice.
    Called when every patch is applied, for those add methods.
    """
    services = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: services
    vars(responses)["method_names_from_class"] = cache(utils.method_names_from_class)
