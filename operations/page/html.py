"""The page as HTML: one file that loads nothing."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from operations.page.content import Content

_TEMPLATE = "page.html.jinja"


def html(found: Content) -> str:
    """The page; every text is escaped but the picture, which is drawn here."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    picture = Markup(found.picture)  # noqa: S704 - an SVG of terraform-aws-picture, which escapes its texts
    return environment.get_template(_TEMPLATE).render(page=found, picture=picture)
