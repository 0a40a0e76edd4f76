"""Whether a name in Chinese characters ends where the watched one does.

Nothing stands between words there. After a whole name a word begins; where none can, the name
goes on. Measured with `wordfreq`'s Chinese words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from monitor.matching.text.patterns import lazy
from monitor.word_lists import frequencies

_HAN = lazy("[\u3400-\u9fff]")
_WORD_ALONE = 4.9
"""Zipf frequency from which a character is a word by itself often enough."""
_LONGEST = 4
_ADJECTIVE = lazy("し[いくさけ]")
"""林芳正しい: the last character begins the next word."""
_JAPANESE = lazy("[太一次二三四五]郎|之[介助輔]|[左右]衛門")
"""With these a Japanese man's name goes on."""


@cache
def _words() -> Mapping[str, float]:
    return frequencies("zh")


def goes_on(text: str, end: int) -> bool:
    """True when a name in Chinese characters that ends at `end` is the beginning of a longer one.

    A character that the list does not have (it knows simplified ones) proves nothing.
    """
    if _ADJECTIVE.match(text, end) and _HAN.match(text, end - 1):
        return True
    if not _HAN.match(text, end) or not _HAN.match(text, end - 1):
        return False
    if _JAPANESE.match(text, end) or _JAPANESE.match(text, end - 1):
        return True
    words = _words()
    alone = words.get(text[end], 0.0)
    if not alone or math.log10(alone) + 9 >= _WORD_ALONE:
        return False
    return not any(text[end : end + length] in words for length in range(2, _LONGEST + 1))


_OFFICES = (
    "国家主席|國家主席|主席|副总理|副總理|总理|總理|总书记|總書記|总统|總統|首相|外交部长|外交部長|国防部长|國防部長|"
    "国务卿|國務卿|财长|財長|秘书长|秘書長|部长|部長|外长|外長|防长|防長|国务委员|國務委員|委员长|委員長|省长|省長|市长|市長|大使|司令|书记|書記|发言人|發言人|大臣|議員|议员|"
    "大統領|国務長官|国防長官|財務長官|総書記|外相|国防相|財務相|議長|党首|総裁|書記長|国王|教皇"
)
_BEFORE = lazy(f"({_OFFICES})\\Z")
_AFTER = lazy(f"[前元副]?(?:{_OFFICES})")
_OFFICE_LENGTH = 5
_KATAKANA = lazy("[\u30a1-\u30fa]")


def office_in_han(text: str, start: int, end: int) -> str:
    """The office joined to a name in Chinese characters: 外交部长王毅, 李强总理; empty for none."""
    if not _HAN.match(text, start) and not _KATAKANA.match(text, start):
        return ""
    before = _BEFORE.search(text, max(0, start - _OFFICE_LENGTH), start)
    found = before or _AFTER.match(text, end)
    return found[0] if found else ""


_FAMILIES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡林郭何高罗羅郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭萧蕭蔡潘田董袁于余叶葉"
    "蒋蔣杜苏蘇魏程吕呂丁沈任姚卢盧傅钟鍾姜崔谭譚廖范汪陆陸金石戴贾賈韦韋夏邱方侯邹鄒熊孟秦白江阎閻薛尹段雷黎史龙龍陶贺賀"
    "毛郝顾顧龚龔邵万萬覃武钱錢严嚴莫孔向常翁倪游申安左温溫季俞樊葛鲁魯裴牛耿关關焦柳甘祝包辛简簡连連"
)
_CHARGED = lazy(
    "被告|被控|被捕|起诉|起訴|嫌疑|嫌犯|通缉|通緝|制裁|黑客|駭客|骇客|拘捕|逮捕|被判|指控|据信|據信|悬赏|懸賞|逃犯"
)
_CHARGED_NEAR = 60


def charged(text: str, start: int, end: int) -> str:
    """What says that a short name in Chinese characters is a person's: 被告, who is charged.

    Nothing unless it begins with a family's name: 望一 is none.
    """
    if text[start] not in _FAMILIES:
        return ""
    low = max(0, start - _CHARGED_NEAR)
    found = _CHARGED.search(text, low, start) or _CHARGED.search(text, end, end + _CHARGED_NEAR)
    return found[0] if found else ""
