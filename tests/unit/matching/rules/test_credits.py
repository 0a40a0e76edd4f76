"""Who made an article or a picture is not whom it is about; a caption's person is."""

import pytest

from monitor.config.schema import Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article

MATCHER = Matcher(
    [Watchlist.model_validate({"name": "w", "entities": [{"name": "Mary Coe", "kind": "person"}]})]
)


def alerts(text: str) -> bool:
    return any(match.alert for match in MATCHER.match(Article(id="1", body=text)))


@pytest.mark.parametrize(
    "text",
    [
        "By Mary Coe\nThe council votes.",
        "By Tim Doe and Mary Coe in Oslo\nThe council votes.",
        "Troops in Goma. Photo: Mary Coe/Getty Images",
        "Fot. Mary Coe / Agencja",
        "(Reporting by Tim Doe and Mary Coe; Editing by Ann Lee)",
        "Mary Coe, Political Correspondent\nMinisters meet.",
        "Mary Coe is a reporter based in Nairobi.",
        "The council votes.\nEdited by Mary Coe",
        "Got a tip? Email Mary Coe at coe@paper.example.",
        "Frigate Mary Coe left port.",
        "At the Mary Coe hospital nurses struck.",
    ],
)
def test_whoever_made_it_is_not_named(text: str) -> None:
    assert not alerts(text)


@pytest.mark.parametrize(
    "text",
    [
        "By Monday, Mary Coe, the minister, had left.",
        "By Tim Doe\nMary Coe, the minister, resigned.",
        "Photo: Mary Coe leaves the court in Leeds.",
        "Picture: Mary Coe, who is to stand trial, in March.",
        "Mary Coe is a journalist who was jailed in Minsk.",
        "A report by Mary Coe, the auditor, blames the ministry.",
        "Most Mary Coe voters stayed at home.",
        "MS MARY COE TO STAND TRIAL, COURT SAYS",
        "The Mary Coe we knew has changed.",
    ],
)
def test_whom_it_is_about_is(text: str) -> None:
    assert alerts(text)
