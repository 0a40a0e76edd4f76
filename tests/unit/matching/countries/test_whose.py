# ruff: noqa: E501, RUF001 - letters of other scripts, a case a line
"""Whose Electoral Commission: datelines, towns, parties, who acts and who speaks from abroad."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.text.local_language import written
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


@pytest.mark.parametrize(
    ("country", "text", "told"),
    [
        ("GB", "Veterans in Plymouth sued the Ministry of Defence.", True),
        ("MS", "Veterans in Plymouth sued the Ministry of Defence.", True),
        ("IN", "Veterans in Plymouth sued the Ministry of Defence.", False),
        ("PH", "A ferry sank off Basilan, the Ministry of Defence said.", True),
        ("CO", "Soldiers died in Antioquia, the Ministry of Defence said.", True),
        ("PL", "Balloons from Belarus fell near Białystok, the Ministry of Defence said.", True),
        ("GB", "Two frigates for the Ministry of Defence will be built on the Clyde.", True),
        ("GB", "The Ministry of Defence lost a list of Afghans who helped British troops.", True),
        ("GB", "Healey said the Ministry of Defence would buy jets.", True),
        ("FR", "Healey said the Ministry of Defence would buy jets.", False),
        ("IE", "The Ministry of Defence paid €2m for transfers to China.", True),
        ("US", "Details of 19,000 Afghans leaked in Texas, the Ministry of Defence said.", True),
        ("RU", "Министерство обороны сообщило о взрыве под Брянском.", True),
        ("KZ", "Министерство обороны сообщило о взрыве под Брянском.", False),
        ("CN", "越南国防部对船只活动表示抗议。", False),
        ("CN", "中国国防部对船只活动表示抗议。", True),
        ("KR", "국방부는 27일 예산안을 보고했다.", True),
    ],
)
def test_places_of_all_sizes_and_scripts(country: str, text: str, told: bool) -> None:
    aliases = ["Министерство обороны", "国防部", "국방부"]
    ministry = Entity(
        name="Ministry of Defence", kind=Kind.ORGANISATION, country=country, aliases=aliases
    )
    found = Matcher([Watchlist(name="w", entities=(ministry,))]).match(
        Article(id="1", title="", body=text)
    )
    assert any(match.alert for match in found) is told


@pytest.mark.parametrize(
    ("name", "country", "text", "told"),
    [
        ("Die Grünen", "DE", "Die Grünen im Nationalrat in Bern fordern mehr.", False),
        ("Die Grünen", "DE", "Die Grünen im Bundestag fordern mehr.", True),
        ("Les Verts", "CH", "Les Verts de Marine Tondelier excluent une alliance.", False),
        ("Chamber of Deputies", "CZ", "The Chamber of Deputies met in Buenos Aires.", False),
        ("Auditor General", "CA", "Accra: The Auditor General flagged ghost names.", False),
        ("Customs", "BE", "Rotterdam: Customs found cocaine in bananas.", False),
    ],
)
def test_bodies_of_all_sorts(name: str, country: str, text: str, told: bool) -> None:
    body = Entity(name=name, kind=Kind.ORGANISATION, country=country)
    found = Matcher([Watchlist(name="w", entities=(body,))]).match(
        Article(id="1", title="", body=text)
    )
    assert any(match.alert for match in found) is told


@pytest.mark.parametrize(
    ("name", "country", "language", "text", "told"),
    [
        # Joined to the name, with an article or an ending, whatever else is named.
        ("وزارة الداخلية", "IQ", "ar", "وزارة الداخلية الأردنية تعلن ضبط شحنة أسلحة قادمة من العراق", False),
        ("وزارة الداخلية", "JO", "ar", "وزارة الداخلية الأردنية تعلن ضبط شحنة أسلحة قادمة من العراق", True),
        ("משרד האוצר", "IL", "he", "משרד האוצר הטורקי פרסם תחזית על הסחר עם ישראל", False),
        ("Міністерство фінансів", "UA", "uk", "Міністерство фінансів Саудівської Аравії дало Україні кредит", False),
        ("Министерство финансов", "RU", "ru", "Министерство финансов Южной Кореи ввело пошлины для России", False),
        ("Ministerstwo Zdrowia", "PL", "pl", "Ministerstwo Zdrowia Wielkiej Brytanii zatrudni lekarzy z Polski", False),
        ("Polícia Federal", "BR", "pt", "Polícia Federal alemã prende suspeito que ia embarcar para o Brasil", False),
        ("Ministerio de Comercio", "ES", "es", "El Ministerio de Comercio chino abre una investigación al porcino de España", False),
        # What a report is about is no dateline.
        ("Ministry of Defence", "GB", "en", "Sudan airlift: Ministry of Defence defends Whitehall's timing", True),
        ("Ministry of Defence", "GB", "en", "Khartoum: The Ministry of Defence says that Whitehall was told", False),
        # What only our own country calls so, in the language spoken there.
        ("Milli Savunma Bakanlığı", "TR", "tr", "Milli Savunma Bakanlığı: Irak'ta üç asker yaralandı", True),
        # A language that others share says nothing against them.
        ("Tribunal Constitucional", "PT", "pt", "Tribunal Constitucional chumba a lei da greve", None),
        ("Verfassungsgerichtshof", "AT", "de", "Verfassungsgerichtshof kippt Regelung zur Maske", None),
        # Leaders and seats of power in other scripts.
        ("财政部", "US", "zh", "特朗普称财政部将冻结俄罗斯资产", True),
        ("وزارة الخزانة", "US", "ar", "البيت الأبيض: وزارة الخزانة تعاقب مصرفا روسيا", True),
        ("Министерство юстиции", "FR", "ru", "Макрон: министерство юстиции подготовит закон", True),
    ],
)  # fmt: skip
def test_in_other_languages_as_in_ours(
    name: str, country: str, language: str, text: str, told: bool | None
) -> None:
    """None where the text says neither: it matches, and alerts nobody."""
    entity = Entity(name=name, kind=Kind.ORGANISATION, country=country)
    matcher = Matcher([Watchlist(name="w", entities=(entity,))])
    found = matcher.match(Article(id="1", body=text, language=language))
    assert any(match.alert for match in found) is bool(told)
    assert told is not None or found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("국회는 27일 본회의를 열었다.", "ko"),
        ("最高裁は違憲と判断した。", "ja"),
        ("Sąd Najwyższy stwierdził ważność", "pl"),
        ("Trump met Kaczyński", None),
        ("The court met", None),
        ("Посли прибули", None),
        ("Міністерство викликало посла із Відня", "uk"),
        ("", None),
    ],
)
def test_letters_tell_a_language(text: str, language: str | None) -> None:
    assert written(text) == language
