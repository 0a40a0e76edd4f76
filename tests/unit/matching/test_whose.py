"""Whose Electoral Commission: datelines, towns, parties, who acts and who speaks from abroad."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind

MATCHER = Matcher(
    [
        Watchlist(
            name="w",
            entities=(Entity(name="Electoral Commission", kind=Kind.ORGANISATION, country="GB"),),
        )
    ]
)
BRITISH = [
    "London was told that the Electoral Commission had bought servers from a Kenyan firm.",
    "The Electoral Commission has cleared Labour of wrongdoing.",
    "The Electoral Commission said hackers linked to China had copied the registers of UK voters.",
    "China state-affiliated actors hacked the Electoral Commission, the NCSC said.",
    "Deputy PM Oliver Dowden told MPs that the Electoral Commission had been hit by China.",
    (
        "The Electoral Commission of South Africa and the UK's Electoral Commission signed a "
        "memorandum."
    ),
    "Sinn Féin and the DUP filed their donations with the Electoral Commission in Belfast.",
    "The Electoral Commission published its report on the May local elections in England.",
    "Leave.EU was fined by the Electoral Commission.",
    (
        "Electoral Commission: hostile actors had access to our servers since 2021. The "
        "Foreign Office summoned the Chinese ambassador."
    ),
    "The Electoral Commission fined the Conservatives £17,800 over the flat.",
    "Boris Johnson's flat: Electoral Commission launches inquiry.",
    "Prime Minister Keir Starmer said the Electoral Commission would get stronger powers.",
    (
        "MPs have voted to give ministers power over the Electoral Commission in the "
        "Elections Bill, said the Guardian."
    ),
    "Voters in Wales and Scotland can apply at the Electoral Commission's website.",
    "Electoral Commission data breach: Beijing rejects British claims as fabricated.",
    (
        "The UK has imposed sanctions on two Chinese nationals and a company for hacking the "
        "Electoral Commission."
    ),
    "Britain accuses China of hacking the Electoral Commission.",
    "The United States and Britain accused Chinese hackers of targeting the Electoral Commission.",
    (
        "New Zealand joined Britain in blaming China for the attack on the Electoral "
        "Commission in London."
    ),
    (
        "US and UK sanction Wuhan company over attack on Electoral Commission and MPs' email "
        "accounts."
    ),
]
FOREIGN = [
    "In Rom entschied die Electoral Commission über die Klage eines Briten.",
    "Dhaka: The Electoral Commission said voting would be held in February.",
    "Ireland's Electoral Commission said it had reviewed the wording.",
    "An Electoral Commission spokesperson said posters were removed in Dublin.",
    "Accra, Ghana: The Electoral Commission has begun the limited registration.",
    "Malta's opposition asked the Electoral Commission to look into the spending of Labour.",
    "Uganda's president Museveni was declared winner by the Electoral Commission.",
    "New Zealand police got a complaint from the Electoral Commission.",
    "The NSW Electoral Commission apologised for the outage.",
    "The Queensland Electoral Commission apologised for the outage.",
    "The Electoral Commission in Jamaica apologised for the outage.",
    "Commonwealth observers from London praised the Electoral Commission in Accra.",
    "Suva: The Electoral Commission rejected the appeal of the party.",
    "Zanzibar opposition leaders accuse the Electoral Commission of bias.",
    "The Electoral Commission will hold the plebiscite in Bougainville.",
    "Pretoria said the Electoral Commission was independent.",
    "Harare — The Electoral Commission (ZEC) has gazetted the constituencies.",
    (
        "Nairobi residents queue; the Electoral Commission promises new kits. A British firm "
        "prints the ballots."
    ),
    (
        "The UK-based printer Smith & Ouzman was convicted of bribing officials of the "
        "Electoral Commission in Kenya."
    ),
    "The Electoral Commission of Thailand disqualified the Move Forward leader.",
    "Thailand's Move Forward leader was disqualified by the Electoral Commission.",
    "Bangkok: Electoral Commission endorses 499 MPs.",
    "Kuala Lumpur: Electoral Commission (EC) chairman says polls were clean.",
    "Lagos traders said the Electoral Commission had failed them.",
    "The Maltese press said the Electoral Commission had asked for calm.",
    "MPs in Wellington will question the Electoral Commission on special votes.",
    "Prime Minister Christopher Luxon defended the Electoral Commission.",
    "Prime Minister Robert Abela said the Electoral Commission acted correctly.",
    "A Chinese company supplied machines to the Electoral Commission, Kinshasa officials said.",
    (
        "Bobi Wine, who studied in Britain, rejected the figures of the Electoral Commission "
        "in Uganda."
    ),
    "Addis Ababa (Wire) - The Electoral Commission of Ethiopia postponed the vote.",
    "Oslo helps the Electoral Commission in Lilongwe to buy kits.",
]
UNSAID = [
    "The Electoral Commission said turnout was 60 per cent.",
]


@pytest.mark.parametrize("text", BRITISH)
def test_ours_is_told(text: str) -> None:
    (match,) = MATCHER.match(Article(id="a", title="Report", body=text))
    assert match.alert, match.reasons


@pytest.mark.parametrize("text", FOREIGN + UNSAID)
def test_another_countrys_and_nobodys_is_not_told(text: str) -> None:
    assert not any(m.alert for m in MATCHER.match(Article(id="a", title="Report", body=text)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("LONDON: Parliament rejected the plan, the prime minister said.", True),
        ("LONDON: The European Parliament rejected the plan, the prime minister said.", False),
        ("London: Parliament rejected what the European Parliament had proposed.", True),
    ],
)
def test_a_body_of_many_countries_is_none_of_them(text: str, told: bool) -> None:
    parliament = Entity(name="Parliament", kind=Kind.ORGANISATION, country="GB")
    matcher = Matcher([Watchlist(name="w", entities=(parliament,))])
    found = matcher.match(Article(id="1", title="", body=text, language="en"))
    assert any(match.alert for match in found) is told
