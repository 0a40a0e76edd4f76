"""What tells of many things, by whether its parts hang together."""

from __future__ import annotations

import pytest

from monitor.stories.opening_words import running, stems
from monitor.stories.roundup import is_roundup

TOPICS = (
    "Beavers were seen building a dam beside the old paper mill, and anglers complained that trout"
    " no longer reached the upper pools where they used to spawn before the autumn floods came.",
    "The cathedral organ will be silent until spring while pipes are cleaned and bellows mended by"
    " craftsmen whose grandfather had installed the instrument after the great fire.",
    "Apple growers expect a poor harvest since blossoms froze in April, and cider makers have begun"
    " to buy juice abroad, which they say tastes blander than what their orchards used to yield.",
    "A violinist of nineteen won the soloists' prize with a sonata that jurors called too difficult"
    " for her age, and she dedicated the trophy to her late grandmother in the countryside.",
    "Glaciologists drilled through the ice shelf and found shrimps swimming in darkness, which none"
    " had thought possible so far from sunlight, plankton and any current that might carry food.",
    "The lighthouse keeper's cottage is for sale, with a lantern room but no plumbing, and estate"
    " agents hope for a buyer who enjoys gulls, gales and a staircase of two hundred steps.",
)
COMMON = (
    " It is what they had been told by one of those who were there, and that was all there was."
)
"""Says nothing, and makes a part long enough to be one."""
PARTS = tuple(topic + COMMON for topic in TOPICS)


def roundup(*parts: str, title: str = "The week in brief") -> bool:
    text = "\n".join(parts)
    top, body = running(title, "en"), running(text, "en")
    return is_roundup(top, body, stems(top, "en"), stems(body, "en"), text, "en")


def test_parts_that_have_nothing_in_common_are_a_list() -> None:
    assert roundup(*PARTS)


def test_a_number_in_every_part_holds_nothing_together() -> None:
    assert roundup(*(f"{part} It was 48213." for part in PARTS))


def test_a_rare_word_that_runs_through_all_parts_makes_them_one() -> None:
    thread = "The Tidewater gang had claimed that, too."
    assert not roundup(*(f"{part} {thread}" for part in PARTS))


def test_a_headline_that_the_parts_take_up_makes_them_one() -> None:
    told = [f"{part} Glassblowers objected." for part in PARTS]
    # Each third part: too far apart to be linked by one another.
    spread = [each if n % 3 == 0 else PARTS[n] for n, each in enumerate(told)]
    assert roundup(*spread)
    assert not roundup(*spread, title="Glassblowers object to everything")


@pytest.mark.parametrize("count", range(1, 5))
def test_a_few_parts_are_no_list(count: int) -> None:
    assert not roundup(*PARTS[:count])


def test_words_in_a_row_are_no_prose() -> None:
    bare = "ransomware ferries terminal booking passengers stranded harbour coastguard " * 6
    assert roundup(bare)
    assert not roundup(
        "The ransomware had hit the ferries, and in the terminal they were all. " * 6
    )


def test_a_few_words_in_a_row_say_nothing() -> None:
    assert not roundup("ransomware ferries terminal booking passengers", title="")


def test_a_rare_name_in_katakana_runs_through_parts_too() -> None:
    thread = "ボカスルメント"
    assert not roundup(*(f"{part} {thread}" for part in PARTS))
