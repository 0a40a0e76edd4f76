"""Why an article's text is not all that its page says: in words."""

from __future__ import annotations

from monitor.model.article import Wall

LEADS_ON = "the page only leads on to another"
NO_TEXT = "the page has no readable article text: it may need JavaScript or a subscription"
SHORT = "only a small part of what the page says could be told to be the article"

_WALLS = {
    Wall.CONSENT: "the page asks for consent first",
    Wall.PAYWALL: "the page is behind a paywall",
    Wall.SCRIPT: "the page needs JavaScript to show its text",
    Wall.ROBOT: "the page asks whether a person is reading it",
}


def walled(wall: Wall) -> str:
    """What stands in the way of a page's text."""
    return _WALLS[wall]


def selects_nothing(selector: str) -> str:
    """That a feed's `selector` has found nothing on a page."""
    return f'its feed\'s selector "{selector}" selects no text on it'


def read_often(times: int) -> str:
    """That a page which changes over and over is left alone."""
    return f"it has changed so often that it was read {times} times already"


def not_followed(what: str) -> str:
    """That a page leads on to another, and what was wrong with that."""
    return f"{LEADS_ON}: {what}"
