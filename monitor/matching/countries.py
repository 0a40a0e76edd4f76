"""Countries by name and adjective, in English: whose commission, which Tripoli.

The states of the United States are here too, since towns are told apart by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.matching.normalise import fold_name

_COUNTRIES = """
afghanistan, afghan; albania, albanian; algeria, algerian; andorra, andorran; angola, angolan;
argentina, argentine, argentinian; armenia, armenian; australia, australian; austria, austrian;
azerbaijan, azerbaijani; bahamas, bahamian; bahrain, bahraini; bangladesh, bangladeshi;
barbados, barbadian; belarus, belarusian; belgium, belgian; belize, belizean; benin, beninese;
bhutan, bhutanese; bolivia, bolivian; bosnia, bosnia and herzegovina, bosnian;
botswana, motswana; brazil, brazilian; brunei, bruneian; bulgaria, bulgarian;
burkina faso, burkinabe; burundi, burundian; cambodia, cambodian; cameroon, cameroonian;
canada, canadian; cape verde; central african republic; chad, chadian; chile, chilean;
china, chinese; colombia, colombian; comoros, comorian; congo, congolese; costa rica, costa rican;
croatia, croatian; cuba, cuban; cyprus, cypriot; czech republic, czechia, czech; denmark, danish;
djibouti, djiboutian; dominica; dominican republic, dominican; east timor, timor leste, timorese;
ecuador, ecuadorian; egypt, egyptian; el salvador, salvadoran; equatorial guinea;
eritrea, eritrean; estonia, estonian; eswatini, swaziland, swazi; ethiopia, ethiopian;
fiji, fijian; finland, finnish; france, french; gabon, gabonese; gambia, gambian;
germany, german; ghana, ghanaian; greece, greek; grenada, grenadian; guatemala, guatemalan;
guinea bissau; guinea, guinean; guyana, guyanese; haiti, haitian; honduras, honduran;
hong kong; hungary, hungarian; iceland, icelandic; india, indian; indonesia, indonesian;
iran, iranian; iraq, iraqi; ireland, irish; israel, israeli; italy, italian;
ivory coast, cote d'ivoire, ivorian; jamaica, jamaican; japan, japanese; jordan, jordanian;
kazakhstan, kazakh; kenya, kenyan; kiribati; kosovo, kosovan; kuwait, kuwaiti;
kyrgyzstan, kyrgyz; laos, laotian; latvia, latvian; lebanon, lebanese; lesotho, basotho;
liberia, liberian; libya, libyan; liechtenstein; lithuania, lithuanian; luxembourg;
macau, macao; madagascar, malagasy; malawi, malawian; malaysia, malaysian; maldives, maldivian;
mali, malian; malta, maltese; mauritania, mauritanian; mauritius, mauritian; mexico, mexican;
moldova, moldovan; monaco; mongolia, mongolian; montenegro, montenegrin; morocco, moroccan;
mozambique, mozambican; myanmar, burma, burmese; namibia, namibian; nauru; nepal, nepali,
nepalese; netherlands, dutch; new zealand; nicaragua, nicaraguan; niger, nigerien;
nigeria, nigerian; north korea, north korean; north macedonia, macedonian; norway, norwegian;
oman, omani; pakistan, pakistani; palau; palestine, palestinian; panama, panamanian;
papua new guinea; paraguay, paraguayan; peru, peruvian; philippines, philippine, filipino;
poland, polish; portugal, portuguese; puerto rico, puerto rican; qatar, qatari;
romania, romanian; russia, russian; rwanda, rwandan; saint lucia; samoa, samoan; san marino;
saudi arabia, saudi; senegal, senegalese; serbia, serbian; seychelles; sierra leone;
singapore, singaporean; slovakia, slovak; slovenia, slovenian; solomon islands;
somalia, somali; somaliland; south africa, south african; south korea, south korean;
south sudan, south sudanese; spain, spanish; sri lanka, sri lankan; sudan, sudanese;
suriname, surinamese; sweden, swedish; switzerland, swiss; syria, syrian; taiwan, taiwanese;
tajikistan, tajik; tanzania, tanzanian; thailand, thai; togo, togolese; tonga, tongan;
trinidad and tobago, trinidad; tunisia, tunisian; turkey, turkiye, turkish;
turkmenistan, turkmen; tuvalu; uganda, ugandan; ukraine, ukrainian;
united arab emirates, uae, emirati;
united kingdom, uk, u.k., britain, great britain, british, england, english, scotland, scottish,
wales, welsh, northern ireland; united states, us, u.s., usa, america, american;
uruguay, uruguayan; uzbekistan, uzbek; vanuatu; venezuela, venezuelan; vietnam, vietnamese;
yemen, yemeni; zambia, zambian; zimbabwe, zimbabwean
"""
_STATES = """
alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida, hawaii,
idaho, illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland, massachusetts,
michigan, minnesota, mississippi, missouri, montana, nebraska, nevada, new hampshire, new jersey,
new mexico, new york, north carolina, north dakota, ohio, oklahoma, oregon, pennsylvania,
rhode island, south carolina, south dakota, tennessee, texas, utah, vermont, virginia,
west virginia, wisconsin, wyoming
"""
_LISTED = [
    [word.strip() for word in group.split(",")]
    for group in re.sub(r"\s+", " ", _COUNTRIES).split(";")
]
_COUNTRY = {word: group[0] for group in _LISTED for word in group}
_PLACED = _COUNTRY | {state.strip(): "united states" for state in _STATES.split(",")}
_LONGEST = 3
"""Words of the longest names looked for beside a name."""
_WORD = re.compile(r"[^\W\d_][\w.']*")
_BESIDE = 40


def country(text: str) -> str:
    """The country whose name or adjective a text is; empty for any other text."""
    return _COUNTRY.get(fold_name(text), "")


def countries(phrases: Iterable[str]) -> frozenset[str]:
    """The countries that phrases name."""
    return frozenset(filter(None, map(country, phrases)))


def country_before(folded: str, start: int) -> str:
    """The country right before an offset of folded text: "Malawi X", "Ghana's X"."""
    words = list(_WORD.finditer(folded[max(0, start - _BESIDE) : start]))
    if not words or folded[start - 1 : start] != " ":
        return ""
    return _known([word[0] for word in words[-_LONGEST:]], from_end=True, table=_COUNTRY)


_PLACE = re.compile(r"(?:, ?| \(| in (?:the )?)(?=[^\W\d_])")


def country_after(folded: str, end: int) -> str:
    """The country that a place is said to be in: "X, Lebanon", "X (Greece)", "X, Iowa"."""
    found = _PLACE.match(folded, end)
    if found is None:
        return ""
    after = folded[found.end() : found.end() + _BESIDE]
    return _known([word[0] for word in _WORD.finditer(after)][:_LONGEST], False, _PLACED)


def _known(words: list[str], from_end: bool, table: dict[str, str]) -> str:
    for length in range(len(words), 0, -1):
        chosen = words[-length:] if from_end else words[:length]
        text = " ".join(chosen).removesuffix("'s").removesuffix("'").rstrip(".")
        if text in table:
            return table[text]
    return ""
