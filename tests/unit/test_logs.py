"""What is tested logs in processes of its own, since logging is set up for a whole process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from functools import cache

import pytest

SET_UP = """
import asyncio, io, logging, sys, threading, warnings
from monitor.logs import configure_logging, get_logger, set_secrets

class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True

MODE = sys.argv[1]
stream = sys.stderr
if MODE == "terminal":
    stream = Terminal(sys.stderr.buffer, encoding="utf-8", write_through=True)
as_json = {"json": True, "text": False}.get(MODE)
configure_logging(stream=stream, json=as_json, level=sys.argv[2])
log = get_logger("monitor.test")
"""
MODES = ["auto", "json", "text", "terminal"]


def logged(code: str, mode: str = "auto", level: str = "info", *, ends_with: int = 0) -> str:
    """What a program that logs writes to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", SET_UP + textwrap.dedent(code), mode, level],
        capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == ends_with, done.stderr
    assert done.stdout == b""
    return done.stderr.decode("utf-8")


BETWEEN = "=== {} ==="


@cache
def each_logged(codes: frozenset[tuple[str, str]], mode: str) -> dict[str, str]:
    """What each of several pieces of code, by name, writes to stderr: one process runs them all."""
    parts = [
        f"stream.write({BETWEEN.format(name) + chr(10)!r}); stream.flush()\n{textwrap.dedent(code)}"
        for name, code in sorted(codes)
    ]
    _, *found = re.split(r"(?m)^" + BETWEEN.format("(.*)") + "\n", logged("\n".join(parts), mode))
    assert len(found) == 2 * len(codes)
    return dict(zip(found[::2], found[1::2], strict=True))


def objects(text: str) -> list[dict[str, object]]:
    # Only a line feed ends a line for those who read logs; str.splitlines knows more.
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")]


def test_no_terminal_gets_one_json_object_a_line() -> None:
    [line] = objects(logged("log.info('feed polled', feed='Nachrichten für 中国', new=3)"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", str(line.pop("timestamp")))
    assert line == {
        "event": "feed polled",
        "level": "info",
        "feed": "Nachrichten für 中国",
        "new": 3,
    }


def test_a_terminal_gets_readable_text_in_colour_and_a_pipe_gets_none() -> None:
    code = "log.info('feed polled', new=3)"
    terminal = logged(code, "terminal")
    assert "\x1b[" in terminal
    assert re.search(r"feed polled.*new", terminal)
    text = logged(code, "text")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[info +\] feed polled +new=3", text.strip()
    )


def test_libraries_speak_from_warning_up_whatever_the_level() -> None:
    code = """
    logging.getLogger("httpx").debug("a header")
    logging.getLogger("httpx").info("an address")
    logging.getLogger("httpx").warning("a %s", "warning")
    log.debug("a detail")
    """
    lines = objects(logged(code, level="debug"))
    assert [(line["event"], line.get("logger")) for line in lines] == [
        ("a warning", "httpx"),
        ("a detail", None),
    ]
    [line] = objects(logged(code + "log.error('e')", level="error"))
    assert line["event"] == "e"


def test_warnings_go_to_the_log() -> None:
    [line] = objects(logged("warnings.warn('old')"))
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


SECRET = 'p@ss/Wörd "7"\\'
LEAKS = {
    "event": "log.info(f'sent to {SECRET}')",
    "value": "log.info('x', url=f'slack://{SECRET}/b')",
    "another case": "log.info('x', host=SECRET.lower())",
    "quoted for an address": "import urllib.parse as u; log.info('x', q=u.quote(SECRET, safe=''))",
    "quoted for a form": "import urllib.parse as u; log.info('x', q=u.quote_plus(SECRET))",
    "shown by repr": "log.info('x', v=repr({'a': SECRET}))",
    "in json in a string": "import json; log.info('x', v=json.dumps([SECRET]))",
    "nested": "log.info('x', v=[{'a': (SECRET,)}])",
    "name in a mapping": "log.info('x', v={SECRET: 1})",
    "bytes": "log.info('x', v=SECRET.encode())",
    "exception as a value": "log.info('x', v=ValueError(SECRET))",
    "any object": "log.info('x', v=type('T', (), {'__repr__': lambda self: SECRET})())",
    "a library's": "logging.getLogger('apprise').warning('to %s', SECRET)",
    "a library's traceback": """
try:
    raise ValueError(SECRET)
except ValueError:
    logging.getLogger('apprise').exception('failed')
""",
    "a traceback": """
try:
    try:
        raise OSError(SECRET)
    except OSError as error:
        raise ValueError('https://u:' + SECRET + '@h/') from error
except ValueError:
    log.error('failed', exc_info=True)
""",
    "a task nobody awaited": """
async def main():
    async def fails():
        raise ValueError(SECRET)
    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    del task
asyncio.run(main())
""",
    "a thread": """
def fails():
    raise ValueError(SECRET)
thread = threading.Thread(target=fails)
thread.start()
thread.join()
""",
    "a line that cannot be formatted": "logging.getLogger('x').warning('%d', SECRET)",
}


@pytest.mark.parametrize("mode", ["json", "text"])
@pytest.mark.parametrize("leak", LEAKS)
def test_a_secret_is_blanked_out_wherever_it_is(leak: str, mode: str) -> None:
    set_up = f"SECRET = {SECRET!r}\nset_secrets(frozenset({{SECRET}}))\n"
    codes = frozenset((name, set_up + code) for name, code in LEAKS.items())
    out = each_logged(codes, mode)[leak]
    assert out.strip(), "nothing was logged at all"
    assert "could not be" in out or "***" in out
    for part in ("Wörd", "wörd", "W%C3%B6rd", "W\\u00f6rd", "W\\xf6rd"):
        assert part not in out, out


@pytest.mark.parametrize("mode", ["json", "text"])
def test_a_crash_is_logged_without_secrets(mode: str) -> None:
    out = logged(
        "set_secrets(frozenset({'hunter22'}))\n"
        "def fails(word): raise ValueError('with ' + word)\n"
        "fails('hunter' + '22')",
        mode,
        ends_with=1,
    )
    assert "with ***" in out
    assert "report it" in out
    assert "hunter22" not in out


def test_user_names_and_passwords_in_addresses_are_blanked_out_unknown() -> None:
    [line] = objects(
        logged("log.info('https://u:p@ss@h.example/a@b and ftp://x@h', u='http://h/?q=a@b')")
    )
    assert line["event"] == "https://***@h.example/a@b and ftp://***@h"
    assert line["u"] == "http://h/?q=a@b"


def test_secrets_may_change_and_short_ones_would_hide_everything() -> None:
    lines = objects(
        logged("""
        set_secrets(frozenset({"first-token", "abc"}))
        log.info("first-token abc")
        set_secrets(frozenset({"second-token", "second-token-and-more"}))
        log.info("first-token second-token-and-more")
        set_secrets(frozenset())
        log.info("second-token")
        """)
    )
    assert [line["event"] for line in lines] == ["*** abc", "first-token ***", "second-token"]


HOSTILE = "a\x1b[2J\r\nb\x9b2J\u2028c\u202egpj\ud800\x00"


HOSTILE_CODE = frozenset({
    "line": f"log.info({HOSTILE!r}, title={HOSTILE!r}, more=[{HOSTILE!r}])",
    "traceback": """
try:
    raise ValueError("x" + chr(27) + "[2J" + chr(10) + "2026-03-25 [info] all is well")
except ValueError:
    log.error("failed", exc_info=True)
""",
}.items())  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_hostile_text_steers_no_terminal_and_forges_no_line(mode: str) -> None:
    out = each_logged(HOSTILE_CODE, mode)["line"]
    assert out.count("\n") == 1
    assert out.endswith("\n")
    ours = re.sub(r"\x1b\[[0-9;]*m", "", out) if mode == "terminal" else out
    assert not set(ours[:-1]) & set(HOSTILE) - set("a[2Jbcgpj")
    if mode in {"auto", "json"}:
        [line] = objects(out)
        assert line["title"] == HOSTILE


@pytest.mark.parametrize("mode", MODES)
def test_hostile_text_in_a_traceback_forges_no_line(mode: str) -> None:
    out = each_logged(HOSTILE_CODE, mode)["traceback"]
    assert "all is well" in out
    assert "\x1b[2J" not in out
    assert not any(line.startswith("2026-03-25 [info") for line in out.split("\n"))


def test_a_bomb_of_a_value_is_cut() -> None:
    out = logged("log.info('x' * 5_000_000, v=['y' * 5_000_000])")
    assert len(out) < 25_000
    assert "…" in out


def test_what_json_does_not_know_is_logged_all_the_same() -> None:
    [line] = objects(
        logged("""
        import pathlib, datetime
        day = datetime.date(2026, 1, 2)
        log.info("x", a=float("nan"), b=pathlib.Path("/x"), c=day, d={1: None})
        """)
    )
    assert (line["a"], line["b"], line["c"], line["d"]) == (
        "nan", "/x", "2026-01-02", {"1": None},
    )  # fmt: skip


def test_a_reader_that_has_gone_harms_nothing() -> None:
    code = """
    import contextlib, os
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    configure_logging(stream=stream, json=True)
    log.info("to nobody")
    configure_logging(stream=sys.stderr, json=True)
    log.info("to somebody")
    with contextlib.suppress(BrokenPipeError):
        stream.close()
    """
    [line] = objects(logged(code))
    assert line["event"] == "to somebody"
