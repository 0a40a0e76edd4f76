"""What a watchlist's names are shown to count as is what the matcher does with them."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.model.match import Kind
from monitor.service.watchlists import expanded


@pytest.mark.parametrize(
    ("name", "asked_for", "only"),
    [("WHO", False, True), ("NATO", False, False), ("NATO", True, True)],
)
def test_an_acronym_that_is_written_as_a_word_too_counts_in_more_than_its_case(
    name: str, asked_for: bool, only: bool
) -> None:
    entity = Entity(name=name, kind=Kind.ORGANISATION, expand=False, case_sensitive=asked_for)
    (shown,) = expanded([Watchlist(name="w", entities=(entity,))])
    assert shown.exact_case is only
