"""The reference is what the program says of itself."""

from __future__ import annotations

from monitor.web.api.probes import DESCRIPTION
from tools import json_shapes, openapi
from tools.commands import MAN_PAGE, MARKDOWN, ROOT, described, man_page, man_pages, markdown

METRICS = ROOT / "docs" / "reference" / "metrics.md"


def test_the_reference_of_commands_is_up_to_date() -> None:
    assert MARKDOWN.read_text() == markdown(), "run `make reference`"
    assert MAN_PAGE.read_text() == man_page(), "run `make reference`"


def test_every_command_has_a_manual_page_of_its_own() -> None:
    pages = dict(man_pages())
    assert set(pages) == {each.path.replace(" ", "-") for each in described()}
    for name, text in pages.items():
        # What apropos lists: one line, with the name and what it does.
        said = text.partition(".SH NAME\n")[2].partition("\n.SH")[0]
        assert said.startswith(name.replace("-", "\\-") + " \\- "), name
        assert "\n" not in said


def test_the_description_of_the_api_is_up_to_date() -> None:
    assert DESCRIPTION.read_text(encoding="utf-8") == openapi.written(), "run `make reference`"


def test_the_description_of_what_scripts_read_is_up_to_date() -> None:
    assert json_shapes.SHAPES.read_text(encoding="utf-8") == json_shapes.markdown(), (
        "run `make reference`"
    )


def test_every_command_says_what_it_does_and_what_its_options_mean() -> None:
    silent = [each.path for each in described() if not each.help]
    silent += [
        f"{each.path} {name}" for each in described() for name, text in each.arguments if not text
    ]
    assert silent == []


def test_every_command_has_an_example() -> None:
    # That each would run is seen with those of the documentation.
    assert [each.path for each in described() if not each.examples] == []
