"""TOML's syntax errors: the place an editor can jump to, and words that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.source import Source, read_source


def read(text: str | bytes) -> Source:
    raw = text if isinstance(text, bytes) else text.encode()
    return read_source(Path("/etc/config.toml"), 0, raw)


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("name = “BBC”\n", 1, 8, "curly quotation mark"),
        ('a = 1\nname = "BBC”\n', 2, 12, "curly quotation mark"),
        ("name = BBC\n", 1, 8, "text must stand in double quotes"),
        ("interval = 15m\n", 1, 12, "text must stand in double quotes"),
        ("at = 08:30\n", 1, 6, "text must stand in double quotes"),
        ("url = https://example.org/\n", 1, 7, "text must stand in double quotes"),
        ('path = "C:\\Users\\me"\n', 1, 11, "single quotes, or in a path write /"),
        ('path = "C:\\dir"\n', 1, 11, "single quotes, or in a path write /"),
        ('name = "BBC\nurl = "x"\n', 1, 8, "closing quote of this text is missing"),
        ('a = 1\nname = "BBC', 2, 8, "closing quote of this text is missing"),
        ('a = """x"""\nb = """y\nz\n', 2, 5, "opened with three quotes and never closed"),
        ("a = '''x'''\nb = \"\"\"\"y\nz\n", 2, 5, "opened with three quotes and never closed"),
        ("b = '''y\nz\n", 1, 5, "opened with three quotes and never closed"),
        ("b = 'y", 1, 5, "closing quote of this text is missing"),
        ("b = 'y\nc = 1\n", 1, 5, "closing quote of this text is missing"),
        ("b = 'y\x07'\n", 1, 7, "control character"),
        ('# """ it\'s\nb = "y', 2, 5, "closing quote of this text is missing"),
        ('a = """x\nb = "y', 1, 5, "opened with three quotes and never closed"),
        ("= 3\n", 1, 1, "key before = is missing"),
        ("name =\n", 1, 7, "value after = is missing"),
        ("name = # later\n", 1, 8, "value after = is missing"),
        ("enabled = True\n", 1, 11, "write true"),
        ("enabled = no # really\n", 1, 11, "write false"),
        ('name: "x"\n', 1, 1, "write = between a key and its value"),
        ("alert at = 50\n", 1, 1, "a key has no spaces"),
        ('name "x"\n', 1, 1, "a key needs = and a value"),
        ("  // note\n", 1, 3, "a comment starts with #"),
        ("\u00a0name = 1\n", 1, 1, "invisible character (U+00A0)"),
        ("größe = 1\n", 1, 1, "a key is written with the letters a to z"),
        ("just words here\n", 1, 1, "a key needs = and a value"),
        ("!\n", 1, 1, "this is not a setting"),
        ("[[feeds]\nname = 1\n", 1, 8, "closing bracket of this header"),
        ("[polling\n", 1, 9, "closing bracket of this header"),
        ('tags = ["a" "b"]\n', 1, 13, "a comma or the closing ] is missing"),
        ('tags = [\n  "a"\n  "b"\n]\n', 3, 3, "a comma or the closing ] is missing"),
        ("s = {high = 1\n}\n", 1, 14, "a comma or the closing } is missing"),
        ("quote = 'it's'\n", 1, 13, "something follows the text"),
        ('name = "a\x07b"\n', 1, 10, "control character"),
        ('url = "a"\nname = "b"\nurl = """\nc\n"""\n', 3, 1, "this key stands twice"),
        ("[feeds]\na = 1\n[feeds]\nb = 1\n", 3, 1, "write double brackets"),
        ("[[feeds]]\na = 1\n[feeds]\nb = 1\n", 3, 1, "write double brackets"),
    ],
)
def test_common_mistakes_are_explained_where_they_are(
    text: str, line: int, column: int, reason: str
) -> None:
    (fault,) = read(text).faults
    assert (fault.line, fault.column) == (line, column)
    assert reason in fault.reason


def test_windows_line_ends_and_a_byte_order_mark_do_not_shift_places() -> None:
    (fault,) = read("\ufeffa = 1\r\n\r\nname = BBC\r\n".encode()).faults
    assert (fault.line, fault.column) == (3, 8)
    (fault,) = read("\ufeffname = BBC".encode()).faults
    assert (fault.line, fault.column) == (1, 8)


def test_several_slips_are_told_at_once_and_the_rest_is_still_read() -> None:
    source = read("a = yes\nb = 2\nc = “x”\nd = 15m\n")
    assert [(fault.line, fault.column) for fault in source.faults] == [(1, 5), (3, 5), (4, 5)]
    assert source.data == {"b": 2}
    assert source.has_gaps


def test_a_fault_that_confuses_what_follows_is_told_alone() -> None:
    source = read('[[feeds]\nurl = "a"\n[[feeds]]\nurl = yes\n')
    assert len(source.faults) == 1
    assert source.data == {}


def test_endless_slips_are_cut_short() -> None:
    source = read("\n".join(f"a{i} = yes" for i in range(1000)))
    assert len(source.faults) == 20


@pytest.mark.parametrize(
    ("raw", "line", "column", "reason"),
    [
        ('# café\nname = "caf'.encode() + b'\xe9"\n', 2, 12, "not UTF-8"),
        ("a = 1\n".encode("utf-16"), 1, 1, "UTF-16"),
        (b"\xff", 1, 1, "not UTF-8"),
        ("a = 1\n".encode("utf-16-le"), 1, 1, "UTF-16"),
        ("a = 1\n".encode("utf-16-be"), 1, 1, "UTF-16"),
        (b"\x00\x01\x02", 1, 1, "UTF-16 or a program's"),
    ],
)
def test_other_encodings_are_told_with_their_place(
    raw: bytes, line: int, column: int, reason: str
) -> None:
    (fault,) = read(raw).faults
    assert (fault.line, fault.column) == (line, column)
    assert reason in fault.reason


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "[" * 5000 + "]" * 5000])
def test_absurd_nesting_is_refused(text: str) -> None:
    (fault,) = read(text).faults
    assert "nested too deeply" in fault.reason


def test_absurd_numbers_are_refused() -> None:
    (fault,) = read("a = " + "9" * 5000).faults
    assert (fault.line, fault.column) == (1, 5)


def test_nul_bytes_are_refused() -> None:
    (fault,) = read(b"a = 1\n\x00\n").faults
    assert fault.line == 2
