"""`monitor match`: documents of every kind, scored and explained, with exact offsets."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import MONITOR, Program, config_toml
from tests.support.story import STORY, publish
from tests.support.web import WebWorld, article_html

TEXT = "Ministers blamed APT31.\r\nA later passage names  ZHAO Guangzong’s firm; APT 31 denied it."


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path, config_toml([]))


def results(program: Program, *arguments: str, stdin: str = "", code: int = 0) -> list[Any]:
    done = program.run("match", *arguments, "--json", stdin=stdin)
    assert done.returncode == code, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def terminal(command: list[str], program: Program) -> str:
    """What a command prints on a terminal, as lines without colours."""
    shown, ours = pty.openpty()
    with subprocess.Popen(
        command, stdin=ours, stdout=ours, stderr=ours, cwd=program.folder,
        env={**program.env, "TERM": "xterm"},
    ):  # fmt: skip
        os.close(ours)
        said = b""
        # Linux tells the end of a terminal by an error.
        with contextlib.suppress(OSError):
            while part := os.read(shown, 65536):
                said += part
    os.close(shown)
    return re.sub(r"\x1b\[[\d;]*m|\r", "", said.decode())


def check(document: dict[str, Any], fields: dict[str, str]) -> set[str]:
    """Check the contract's shape and every offset; the entities found."""
    entities = set()
    for match in document["matches"]:
        assert set(match) == {"watchlist", "score", "severity", "alert", "mentions", "reasons"}
        assert round(sum(reason["points"] for reason in match["reasons"]), 1) == match["score"]
        for mention in match["mentions"]:
            assert set(mention) == {
                "entity", "name", "field", "start", "end", "text", "sentence",
            }  # fmt: skip
            text = fields[mention["field"]]
            assert text[mention["start"] : mention["end"]] == mention["text"]
            assert mention["text"] in mention["sentence"]
            entities.add(mention["entity"])
    return entities


def test_text_from_a_file_and_from_standard_input(program: Program) -> None:
    path = program.folder / "report.txt"
    path.write_bytes(TEXT.encode())
    [from_file] = results(program, "report.txt")
    assert check(from_file, {"body": TEXT}) == {"APT31", "Zhao Guangzong"}
    assert from_file["matches"][0]["alert"] is True
    [from_stdin] = results(program, "-", stdin=TEXT.replace("\r", ""))
    assert check(from_stdin, {"body": TEXT.replace("\r", "")}) == {"APT31", "Zhao Guangzong"}


def test_html_from_a_file_shows_the_text_that_offsets_refer_to(program: Program) -> None:
    (program.folder / "page.html").write_bytes(article_html("Who did it?", STORY))
    [found] = results(program, "page.html")
    assert check(found, {"title": found["title"], "body": found["body"]}) == {"APT31"}
    assert "embassy" in found["body"]


def test_a_snippet_of_html_is_matched_whole(program: Program) -> None:
    [found] = results(program, "-", stdin="<p>Only <b>APT31</b> here.</p>")
    assert check(found, {"title": found["title"], "body": found["body"]}) == {"APT31"}


def test_a_web_address(program: Program, web: WebWorld) -> None:
    publish(web, "hack")
    [found] = results(program, web.url("/hack"))
    assert check(found, {"title": found["title"], "body": found["body"]}) == {"APT31"}


def test_json_lines_with_missing_fields(program: Program) -> None:
    lines = [
        {"id": 7, "title": "APT31 named", "lang": "en", "url": "https://x.example/"},
        {"body": "Nothing here."},
        {"id": "c", "summary": "Guangzong Zhao was named.", "extra": [1]},
        {"id": "d", "title": None, "body": "赵"},
    ]
    stdin = "\n".join(json.dumps(line) for line in lines)
    found = results(program, "--jsonl", stdin=stdin)
    assert [each["id"] for each in found] == ["7", "-:2", "c", "d"]
    assert [check(each, {"title": "APT31 named", "summary": "Guangzong Zhao was named."})
            for each in found] == [{"APT31"}, set(), {"Zhao Guangzong"}, set()]  # fmt: skip


def test_a_faulty_line_is_named_and_the_others_are_still_read(program: Program) -> None:
    stdin = '{"id": "a", "title": "APT31"}\n{"id": \n["x"]\n{"title": 5}\n{"id": "b"}\n'
    done = program.run("match", "--jsonl", "--json", stdin=stdin)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]
    for words in ("standard input:2", "standard input:3", "standard input:4", "not JSON"):
        assert words in done.stderr


def test_a_missing_file_and_an_unreachable_address_are_named(
    program: Program, web: WebWorld
) -> None:
    done = program.run("match", "nowhere.txt", web.url("/missing"), "-", stdin="APT31 did it.")
    assert done.returncode == 1
    assert "nowhere.txt" in done.stderr
    assert "404" in done.stderr
    assert "Traceback" not in done.stderr
    assert "would alert" in done.stdout


def test_hostile_text_cannot_steer_the_terminal(program: Program) -> None:
    done = program.run("match", "-", stdin="\x1b[2J \u202eAPT31 [red]said[/red] \x07\x00 yes.")
    assert done.returncode == 0
    assert not set("\x1b\u202e\x07\x00") & set(done.stdout)
    assert "[red]" in done.stdout


def test_lines_are_whole_in_a_pipe_and_indented_on_a_narrow_terminal(program: Program) -> None:
    (program.folder / "long.txt").write_text(f"{'A long sentence says ' * 20} Zhao Guangzong did.")
    piped = program.run("match", "long.txt").stdout
    assert len([line for line in piped.splitlines() if line.endswith("Zhao Guangzong did.”")]) == 1
    columns = ["sh", "-c", 'stty cols 40; exec "$0" "$@"']
    shown = terminal([*columns, str(MONITOR), "match", "long.txt"], program)
    lines = [line for line in shown.splitlines() if "long sentence" in line]
    assert len(lines) > 5
    assert all(line.startswith("    ") and len(line) <= 40 for line in lines)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("ftp://a.example/x.txt", "only http:// and https://"),
        ("HTTPS://127.0.0.1:1/x", "127.0.0.1"),
    ],
)
def test_an_address_is_never_taken_for_a_file(program: Program, source: str, words: str) -> None:
    done = program.run("match", source)
    assert done.returncode == 1
    assert words in done.stderr
    assert "No such file" not in done.stderr


def test_html_in_utf_16_is_html(program: Program) -> None:
    (program.folder / "page").write_text("<p>Only <b>APT31</b> here.</p>", encoding="utf-16")
    [found] = results(program, "page")
    assert found["body"] == "Only APT31 here."


def test_matching_stores_and_sends_nothing(program: Program) -> None:
    results(program, "-", stdin=TEXT)
    assert sorted(path.name for path in program.folder.iterdir()) == ["config.toml"]


def test_without_watchlists_it_says_so(tmp_path: Path) -> None:
    done = Program(tmp_path, "").run("match", "-", stdin="x")
    assert done.returncode == 2
    assert "watchlists" in done.stderr
