"""Where things stand in a TOML file, checked against tomllib itself."""

from __future__ import annotations

import importlib
import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.positions import KeyPath, last_statement, places, position

# The standard library's own parser can be started in the middle of a text: the judge of
# whether a value really stands where the scanner says.
toml_parser: Any = importlib.import_module("tomllib._parser")


def values_in(data: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    yield path, data
    items = enumerate(data) if isinstance(data, list) else ()
    for key, value in data.items() if isinstance(data, dict) else items:
        yield from values_in(value, (*path, key))


def assert_places_are_right(text: str) -> None:
    data = tomllib.loads(text)
    found = places(text)
    expected = dict(values_in(data))
    assert set(found) == set(expected)
    for path, place in found.items():
        if path and isinstance(path[-1], str):
            assert toml_parser.parse_key_part(text, place.key)[1] == path[-1]
        # What a header or a dotted key makes has no value of its own in the text.
        if path and text[place.value] != "[" and place.value != place.key:
            _, value = toml_parser.parse_value(text, place.value, float)
            assert value == expected[path]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "a = 1",
        "a.b.c = 1\na.b.d = 2\n",
        "\ta\t=\t1\t# tab\n",
        "[a]\nb = 1\n[a.c]\nd = 2\n",
        "[a.b.c]\nd = 1\n[a]\ne = 2\n",
        "[[a]]\nb = 1\n[[a]]\nb = 2\n[[a.c]]\nd = 3\n[[a.c]]\nd = 4\n[a.c.e]\nf = 5\n",
        "[ a . 'b c' . \"d\\u00e9\" ]\nx = 1\n",
        "[[ 'a.b' ]]\nx = 1\n[[ 'a.b' ]]\nx = 2\n",
        "a = {b = 1, c = {d = [1, {e = 'f'}]}, g.h = 2}\n",
        "a = [\n  1, # one ]\n  2,\n  [3, 4],\n]\nb = 2\n",
        'a = """\none\n\\""" two """"\nb = 1\n',
        'a = """x"""""\nb = """"x"""\nc = ""\nd = """"""\ne = 1\n',
        "a = '''\n[not.a.table]\n'''\nb = ''''x'''''\nc = ''\nd = 1\n",
        'a = "\\"]# \\\\"\nb = 1\n',
        "a = 1979-05-27 07:32:00Z\nb = [1979-05-27 07:32:00, 07:32:00]\nc = 1979-05-27 # x\n",
        "a = [inf, -nan, 0xff, 1e5, true]\n",
        '\'\' = 1\n"\\\\U0001F600" = 2\n"\\U0001F600" = 3\n',
        'name = "赵光宗"\nnext = {"Zürich" = "é", "ключ" = 1}\n',
    ],
)
def test_every_place_is_right(text: str) -> None:
    assert_places_are_right(text)


def test_line_and_column_count_characters_from_one() -> None:
    text = '[[feeds]]\nname = "BBC 中文"\n\turl = 1\n'
    found = places(text)
    assert position(text, found[("feeds",)].value) == (1, 1)
    assert position(text, found[("feeds", 0)].key) == (1, 3)
    assert position(text, found[("feeds", 0, "name")].value) == (2, 8)
    assert position(text, found[("feeds", 0, "url")].key) == (3, 2)


def test_last_statement_is_the_one_that_was_just_read() -> None:
    text = "a = 1\n[b]\nc = [\n1,\n2]"
    assert last_statement(text) == text.index("c")


# --- any TOML ---------------------------------------------------------------------------------

plain = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)
space = st.sampled_from(["", " ", "\t", "  "])
gap = st.sampled_from(["", " ", "\n", " # no ] } \" ' end\n", "\t\n\n"])


def basic(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


strings = st.one_of(
    plain.map(basic),
    # JSON writes characters beyond U+FFFF as two escapes, which TOML refuses.
    plain.filter(lambda s: s.isascii()).map(json.dumps),
    st.just('"\\u00e9\\U0001F600"'),
    plain.filter(lambda s: "'" not in s).map(lambda s: f"'{s}'"),
    plain.map(lambda s: '"""' + basic(s)[1:-1] + '\n\\"""""'),
    plain.filter(lambda s: "'" not in s).map(lambda s: f"'''\n{s}\n'' '''"),
)
scalars = st.one_of(
    strings,
    st.sampled_from(["1", "-0.5", "true", "inf", "1_000", "2024-03-25", "2024-03-25 10:00:00"]),
)


def array(items: list[str], blank: str) -> str:
    return "[" + blank + f"{blank},{blank}".join(items) + blank + "]"


def inline(items: list[str], blank: str) -> str:
    pairs = (f"k{i}{blank}={blank}{item}" for i, item in enumerate(items))
    return "{" + blank + f"{blank},{blank}".join(pairs) + blank + "}"


values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(array, st.lists(inner, max_size=4), gap),
        # TOML 1.0 wants an inline table on one line.
        st.builds(inline, st.lists(scalars, max_size=4), space),
    ),
    max_leaves=8,
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines: list[str] = []
    names = iter(range(1000))

    def key() -> str:
        text = f"{draw(plain)}{next(names)}"
        bare = f"k-{next(names)}"
        literal = f"'{text}'" if "'" not in text else bare
        return draw(st.sampled_from([bare, basic(text), literal]))

    def pairs() -> None:
        for _ in range(draw(st.integers(0, 4))):
            path = ".".join(key() for _ in range(draw(st.integers(1, 2))))
            before, after = draw(space), draw(space)
            lines.append(f"{before}{path}{after}={after}{draw(values)}{before}{draw(gap)}")

    pairs()
    for _ in range(draw(st.integers(0, 3))):
        table = key()
        if draw(st.booleans()):
            lines.append(f"[{draw(space)}{table}.{key()}{draw(space)}] # table")
            pairs()
        else:
            for _ in range(draw(st.integers(1, 3))):
                lines.append(f"[[{table}]]")
                pairs()
                lines.append(f"[{table}.{key()}]")
                pairs()
    return "\n".join(lines)


@given(documents())
def test_places_are_right_in_any_document(text: str) -> None:
    assert_places_are_right(text)
