"""Telling languages, or admitting not to know."""

from __future__ import annotations

import pytest

from monitor.articles.language import language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The Deputy Prime Minister told the House that a state group was behind it.", "en"),
        ("Die Bundesregierung hat am Montag die Angriffe scharf verurteilt.", "de"),
        ("Le gouvernement britannique a accusé lundi un groupe lié à l'État.", "fr"),
        ("El gobierno británico acusó el lunes a un grupo vinculado al Estado.", "es"),
        ("英国政府周一表示这些攻击由国家支持的黑客组织实施。", "zh"),
        ("日本政府は月曜日、ハッカー集団による攻撃を非難した。", "ja"),
        ("한국 정부는 월요일에 공격을 강하게 비난했다.", "ko"),
        ("Правительство Великобритании сообщило журналистам новые подробности.", "ru"),
        ("Новини України: уряд заявив про це в понеділок увечері.", "uk"),
        ("حكومة المملكة المتحدة تتهم مجموعة مرتبطة بالدولة", "ar"),
    ],
)
def test_languages(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text",
    ["", " ", "hello", "APT31", "Zhao Guangzong, Ni Gaobin", "1234 5678 " * 50, "英国", "🙂" * 40],
)
def test_unsure(text: str) -> None:
    assert language_of(text) is None


def test_addresses_do_not_decide() -> None:
    text = "https://www.example.com/the/house/of/the/people " * 20
    assert language_of(text) is None


def test_broken_text_is_no_error() -> None:
    assert language_of("\ud800 The government of the day said so on Monday \udfff") == "en"
