# ruff: noqa: RUF001 - letters of other scripts
"""Names in scripts that are not the watched one's, and words that only share their consonants."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.spelling.semitic import written_as
from monitor.matching.text.korean import ends_here
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, text: str) -> bool:
    """Whether a person of that name is found."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=Kind.PERSON),))
    return any(m.alert for m in Matcher([watched]).match(Article(id="1", title="", body=text)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Nikolai Petrov", "Ο Νικολάι Πετρόφ δεν ήταν εκεί."),
        ("Pavel Popov", "ראש הממשלה פגש את פאבל פופוב."),
        ("Ahmed Karimi", "قال أحمد كريمي إن الاجتماع انتهى."),
        ("Ahmed Karimi", "وأحمد الكريمي غادر المدينة."),
        ("Mehmet Ocalar", "زار محمد أوجلار المدينة."),
        ("Omar Abdullah", "زار عمر عبد الله المدينة."),
        ("Li Wenming", "وصل لي وين مينغ أمس."),
        ("Steven Wilson", "قال ستيفن ويلسون للصحفيين."),
        ("Đorđe Tomić", "Премијер Ђорђе Томић је рекао."),
        ("Goran Vukić", "Писмо Горану Вукићу стигло је."),
        ("Karol Nawrotny", "Зустріч з Каролем Навротним у Варшаві."),
        ("Masoud Karimi", "مسعود کریمی در نیویورک بود."),
        ("Abbas Baghchi", "عباس بقچی گفت."),
        ("Stefan Kole", "استفان کوله به تهران رفت."),
        ("Ronald Trump", "रोनाल्ड ट्रंप ने धमकी दी।"),
        ("Emmanuel Perron", "에마뉘엘 페롱 대통령이 왔다."),
        ("Vladimir Bondarenko", "Президент Володимир Бондаренко заявив."),
        ("ياسر منصور", "وياسر منصور غادر المدينة."),
    ],
)
def test_a_name_in_another_script(name: str, text: str) -> None:
    assert alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("عبد الكريم منصور", "قال عبدالكريم منصور أمس."),
        ("عبدالكريم منصور", "قال عبد الكريم منصور أمس."),
        ("سامي نصر الله", "وسامي نصرالله غادر المدينة."),
        ("سامي نصرالله", "وسامي نصر الله غادر المدينة."),
        ("أبو عمار زيدان", "قال ابوعمار زيدان أمس."),
        ("Abdel Karim Mansour", "قال عبدالكريم منصور أمس."),
        ("Abdelkarim Mansour", "قال عبد الكريم منصور أمس."),
        ("Abdul Hamid Zeidan", "Abdulhamid Zeidan left the town on Monday."),
        ("Abdulhamid Zeidan", "Abdul Hamid Zeidan left the town on Monday."),
    ],
)
def test_a_name_of_two_parts_is_written_as_one_word_or_two(name: str, text: str) -> None:
    assert alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("سامي زيدان", "زار سامي محمود زيدان المدينة.", True),
        ("سامي زيدان", "تحدث سامي إلى زيدان أمس.", False),
        ("سامي زيدان", "اتصل سامي من بيت زيدان.", False),
        ("سامي زيدان", "سامي يحب مدينة زيدان.", False),
        ("Sami Zeidan", "تحدث سامي عن زيدان أمس.", False),
        ("דוד מזרחי", "דוד יעקב מזרחי נבחר.", True),
        ("דוד מזרחי", "דוד של מזרחי נבחר.", False),
        ("सुरेश वर्मा", "सुरेश कुमार वर्मा दिल्ली पहुंचे।", True),
        ("सुरेश वर्मा", "सुरेश ने वर्मा से बात की।", False),
        ("김민 박수", "김민 오늘 아침 박수 쳤다.", False),
    ],
)
def test_no_name_goes_on_over_small_words(name: str, text: str, found: bool) -> None:
    """Without capitals any word could be a middle name: one at most, and none of the small ones."""
    assert alerts(name, text) is found


def test_a_part_alone_is_nobody() -> None:
    assert not alerts("عبد الكريم منصور", "قال عبدالكريم أمس.")
    assert not alerts("Abdel Karim Mansour", "Abdelkarim Said left the town.")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("rice", "روسيا"),
        ("susan", "الصين"),
        ("barr", "عبر"),
        ("marco", "أمريكا"),
        ("reid", "أوردها"),
        ("perry", "بر"),
    ],
)
def test_the_same_consonants_are_not_enough(wanted: str, found: str) -> None:
    assert not written_as(wanted, found)


@pytest.mark.parametrize(
    ("joined", "ends"),
    [
        ("", True), ("은", True), ("교수가", True), ("대통령은", True), ("에서는", True),
        ("들의", True), ("까지도", True), ("이었다", True),
        ("화", False), ("철학을", False), ("수영", False),
    ],
)  # fmt: skip
def test_what_korean_joins_to_a_name(joined: str, ends: bool) -> None:
    assert ends_here(f"김철수{joined} 말", 3) is ends


def test_a_given_name_that_goes_on_is_somebody_elses() -> None:
    assert alerts("Jin Park", "Park Jin said so.")
    assert not alerts("Jin Park", "Park Jin-soo said so.")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Luke Brydon", "По его словам, Люк Брайдон выступил в понедельник."),
        ("Luke Brydon", "За його словами, зустріч із Люком Брайдоном відбулася."),
        ("Jake Gulliver", "Об этом сообщили Джейку Галливеру."),
        ("Dave Grump", "Ο Ντέιβ Γκραμπ μίλησε τη Δευτέρα."),
        ("Quentin Mabey", "Ο Κουέντιν Μέιμπι μίλησε τη Δευτέρα."),
        ("Hans von der Meyen", "По словам Ханса фон дер Мейена, это не так."),
        ("Keir Grummer", "Британският премиер Киър Гръмър пристигна."),
        ("Faisal bin Karim", "Принц Фейсал бин Карим прибыл в понедельник."),
        ("Jens Holberg", "قال ينس هولبرغ للصحفيين."),
        ("Omar Maniyeh", "اغتيل عمر منية أمس."),
    ],
)
def test_a_name_is_spelt_as_it_is_heard(name: str, text: str) -> None:
    assert alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Luke Brydon", "По его словам, Лука Бредин выступил в понедельник."),
        ("Dave Grump", "Давид Громов выступил в понедельник."),
        ("Xi Minping", "Яна отишла до кладенеца, за да пийне вода."),
        ("Ian Moran", "Иван Миронов выступил в понедельник."),
    ],
)
def test_other_vowels_are_another_name(name: str, text: str) -> None:
    assert not alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Kim Jong Un", "김정은은 미사일 발사를 지시했다."),
        ("Kim Jong-un", "김정은국무위원장이 참석했다."),
        ("Yoon Suk Yeol", "윤석열전대통령에 대한 재판이 열렸다."),
        ("Jae-myung Lee", "이재명이 지시했다."),
        ("RI, Pyong Chol", "리병철 원수가 연설했다."),
        ("Ri Pyong Chol", "이병철 원수가 연설했다."),
    ],
)
def test_korean_names_in_latin_letters_are_found_in_hangul(name: str, text: str) -> None:
    assert alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Kim Jong Un", "김정숙은 노래를 불렀다."),
        ("Kim Jong Un", "김정은화 작가가 상을 받았다."),
        ("Kim Basinger", "김바신은 노래를 불렀다."),
    ],
)
def test_other_korean_names_are_not(name: str, text: str) -> None:
    assert not alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Boris Johnson", "बोरिस जॉनसन ने कहा।"),
        ("Keir Starmer", "कीर स्टार्मर ने कहा।"),
        ("Kamala Harris", "কমলা হ্যারিস বলেন।"),
        ("Hillary Clinton", "हिलेरी क्लिंटन ने कहा।"),
        ("Gerard Whitlock", "英国のジェラード・ウィットロック首相が会見した。"),
        ("Mikhail Gerasimov", "ロシアのミハイル・ゲラシモフ外相は述べた。"),
        ("Andrzej Nowak", "アンジェイ・ノバク氏が就任した。"),
        ("Jean-Luc Martin", "ジャンリュック・マルタン氏が当選した。"),
        ("Walter von der Heide", "ウォルター・フォンデアハイデ委員長は会見した。"),
        ("Jorge Sánchez", "ホルヘ・サンチェス大統領は演説した。"),
        ("Robert Hansen", "ロバート・F・ハンセン元長官が来日した。"),
        ("Sergei Morozov", "세르게이 모로조프 외무장관이 회담했다."),
        ("Caroline Foster", "캐롤라인 포스터가 우승했다."),
        ("Donald Marker", "ডোনাল্ড মার্কারের ভাষণ নিয়ে আলোচনা।"),
        ("Boris Lindner", "राष्ट्रपति बोरिस लिंडनर ने कहा।"),
        ("Donald Marker", "นายโดนัลด์ มาร์เกอร์ของพรรคกล่าวเมื่อวันจันทร์"),
        ("Sergei Morozov", "นายเซอร์เก โมโรซอฟเดินทางถึงกรุงเทพฯ"),
    ],
)
def test_a_transcribed_name(name: str, text: str) -> None:
    assert alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Vera Wang", "यह पर बन गया।"),
        ("Marco Polo", "कुछ मच पर नहीं।"),
        ("Zoltan Gabor", "सकल खबर आई।"),
        ("Warner Bros", "वह बन पर गया।"),
        ("Peter Fallo", "আজ পথ পর নাই।"),
        ("Martin Smith", "マーティン・シュナイダー氏が会見した。"),
        ("Martin Smith", "マーティン氏とスミス氏が会見した。"),
        ("John Paul", "ジョン・ポール・ジョーンズ氏が来日した。"),
        ("Paul Jones", "ジョン・ポール・ジョーンズ氏が来日した。"),
        ("Gergő Tóth", "해가 떠서 길을 나섰다."),
        ("Carol Watson", "틀을 벗어나 생각했다."),
        ("Sergei Morozov", "세르게이 모로조프스키 외무장관이 회담했다."),
        ("Donald Marker", "ডোনাল্ড মার্কিন নাগরিক।"),
    ],
)
def test_another_transcribed_name(name: str, text: str) -> None:
    assert not alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("김민준", "The director Kim Min-joon left on Monday."),
        ("김민준", "Min-jun Kim, the director, left on Monday."),
        ("林志明", "Minister Lin Chih-ming left on Monday."),
        ("Lin Chih-ming", "林志明昨天离开。"),
        ("Henri Fontaine", "フォンテーヌ大統領は演説した。"),
        ("Lin Ming", "法院说被告林明已离开。"),
    ],
)
def test_a_name_is_read_back_from_another_script(name: str, text: str) -> None:
    assert alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("김민준", "The director Kim Min-seo left on Monday."),
        ("林志明", "Minister Lin Chih-hao left on Monday."),
        ("Henri Fontaine", "フォンテーヌ監督は演説した。"),
        ("Lin Ming", "法院说森林明年开放。"),
    ],
)
def test_another_name_is_not_read_back(name: str, text: str) -> None:
    assert not alerts(name, text)
