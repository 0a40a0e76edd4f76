"""Exports: read by the programs that they are for, the same each time, inert whatever feeds say."""

# ruff: noqa: RUF001 - signs that look alike are what spreadsheets are fooled by
from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pymisp
import pytest
import stix2

from monitor.config.schema import Config, Entity, Watchlist
from monitor.feeds.parse import parse
from monitor.model.article import Article
from monitor.model.match import Kind, Match, Mention, Severity
from monitor.service.export import COLUMNS, ExportFilter, ExportFormat, export
from monitor.store import matches as store_matches
from monitor.store.database import Database
from tests.support.articles import put
from tests.support.clock import MONDAY
from tests.support.program import Program, config_toml

HOSTILE = [
    "=HYPERLINK(\"http://evil.example\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1",
    "\r\n=1+1", "＝1+1", "a\"b,c;d\ne", "<script>alert(1)</script>", "\x1b[31mred",
    " =1", "normal", "",
]  # fmt: skip
KINDS = {"APT31": Kind.THREAT_ACTOR, "Emotet": Kind.MALWARE, "Jane Roe": Kind.PERSON, "ITV": None}
CONFIG = Config(
    watchlists=(
        Watchlist(
            name="w",
            entities=tuple(Entity(name=name, kind=kind) for name, kind in KINDS.items() if kind),
        ),
    )
)


@pytest.fixture
def stored(db: Database) -> Database:
    with db.write() as connection:
        numbers = put(
            connection,
            [
                Article(id="", title=each, outlet=each,
                        url=f"https://user:secret@a.example/{at}", language="en")
                for at, each in enumerate(HOSTILE)
            ],
        )  # fmt: skip
        for number, said in zip(numbers, HOSTILE, strict=True):
            sentence = said
            mentions = tuple(
                Mention(name, name, "body", 0, 5, sentence, sentence, 0) for name in KINDS
            )
            match = Match("w", 71.5, Severity.HIGH, True, mentions, ())
            store_matches.record(connection, number, [match], now=MONDAY)
        [alone] = put(connection, [Article(id="", title="Of a query without words")])
        empty = Match("w", 50, Severity.LOW, True, (), ())
        store_matches.record(connection, alone, [empty], now=MONDAY)
    return db


def exported(db: Database, form: ExportFormat) -> bytes:
    written = export(db, CONFIG, form, ExportFilter())
    assert written == export(db, CONFIG, form, ExportFilter())
    assert b"secret" not in written
    return written


def test_no_cell_of_a_table_is_a_formula(stored: Database) -> None:
    rows = list(csv.reader(io.StringIO(exported(stored, ExportFormat.CSV).decode(), newline="")))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == len(HOSTILE) + 2
    for row in rows[1:]:
        assert len(row) == len(COLUMNS)
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), cell
            assert cell.isprintable()
    titles = {row[COLUMNS.index("title")] for row in rows}
    assert {"normal", 'a"b,c;d e', "'=1+1", "'-2+3"} <= titles
    assert rows[2][COLUMNS.index("entities")] == "APT31; Emotet; Jane Roe; ITV"


def test_json_is_a_list_of_matches(stored: Database) -> None:
    found = json.loads(exported(stored, ExportFormat.JSON))
    assert len(found) == len(HOSTILE) + 1
    assert found[1]["mentions"][0]["entity"] == "APT31"
    assert "body" not in found[0]["article"]


def test_stix_is_taken_by_its_library(stored: Database) -> None:
    bundle = stix2.parse(exported(stored, ExportFormat.STIX).decode())
    kinds = [each.type for each in bundle.objects]
    assert kinds.count("report") == len(HOSTILE)
    assert kinds.count("threat-actor") == kinds.count("malware") == 1
    assert kinds.count("sighting") == 4 * len(HOSTILE)
    ids = [each.id for each in bundle.objects]
    assert len(ids) == len(set(ids))
    reports = [each for each in bundle.objects if each.type == "report"]
    assert all(set(each.object_refs) <= set(ids) for each in reports)
    people = {each.name: each.identity_class for each in bundle.objects if each.type == "identity"}
    assert people["Jane Roe"] == "individual"
    assert people["ITV"] == "unknown"
    assert reports[0].confidence == 72


def test_misp_takes_the_event(stored: Database) -> None:
    event = pymisp.MISPEvent()
    event.load(exported(stored, ExportFormat.MISP).decode())
    types = [each.type for each in event.attributes]
    assert types.count("link") == len(HOSTILE)
    assert types.count("threat-actor") == len(HOSTILE)
    assert len({each.uuid for each in event.attributes}) == len(types)
    assert event.threat_level_id == 1


@pytest.mark.parametrize("form", ExportFormat)
def test_nothing_to_export_is_still_a_document(db: Database, form: ExportFormat) -> None:
    written = exported(db, form)
    if form is ExportFormat.CSV:
        assert written.count(b"\r\n") == 1
    elif form is ExportFormat.ATOM:
        assert parse(written, url="https://watch.example/matches.atom").entries == ()
    else:
        json.loads(written)


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_command_writes_the_same_bytes(tmp_path: Path, stored: Database) -> None:
    program = Program(tmp_path, config_toml([]))
    program.run("matches", "export", "--format", "csv", "-o", "found.csv")
    assert (tmp_path / "found.csv").read_bytes() == exported(stored, ExportFormat.CSV)
    again = program.run("matches", "export", "-o", "found.csv")
    assert again.returncode == 2
    assert "cannot be written" in again.stderr


def test_atom_is_read_by_our_own_parser_and_links_to_web_addresses_only(stored: Database) -> None:
    written = exported(stored, ExportFormat.ATOM)
    feed = parse(written, url="https://watch.example/matches.atom")
    assert feed.problems == ()
    assert len(feed.entries) == len(json.loads(exported(stored, ExportFormat.JSON)))
    assert all(each.link is None or each.link.startswith("http") for each in feed.entries)
    assert exported(stored, ExportFormat.ATOM) == written
