"""The page of a paused stack fits where it is shown."""

from __future__ import annotations

from html.parser import HTMLParser

from modules.pause.page import PAGE, RETRY_SECONDS

# Elastic Load Balancing API: FixedResponseActionConfig, MessageBody.
MOST_BYTES = 1024


class Page(HTMLParser):
    """What a browser takes from a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.refresh = ""
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loads += [str(given[name]) for name in ("src", "href") if name in given]
        if given.get("http-equiv") == "refresh":
            self.refresh = str(given["content"])
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_load_balancer_takes_the_page_and_it_needs_nothing_else() -> None:
    assert len(PAGE.encode()) <= MOST_BYTES
    page = Page()
    page.feed(PAGE)
    assert page.open == []
    assert page.loads == []
    assert page.refresh == str(RETRY_SECONDS)


def test_terraform_takes_nothing_in_it_for_an_expression() -> None:
    assert "${" not in PAGE
    assert "%{" not in PAGE
