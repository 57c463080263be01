"""Import blocks in Terraform's language. Pure.

https://developer.hashicorp.com/terraform/language/import: the id is a string; `${` would begin an expression.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from operations.orphans.matching import Adoption

MARK = "# Written by `infra orphans`. Delete this file once it is applied."


def import_blocks(adoptions: Iterable[Adoption]) -> str:
    """One block for each adoption, in the order of the addresses."""
    return "\n".join(_block(one) for one in sorted(adoptions, key=lambda one: one.address))


def _block(one: Adoption) -> str:
    identifier = json.dumps(one.id).replace("${", "$${").replace("%{", "%%{")
    return f"import {{\n  to = {one.address}\n  id = {identifier}\n}}\n"
