"""The house as it is described: names that exist, layers as enforced, words that are no state."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from monitor.config.schema import Config
from monitor.store.tables import metadata

ROOT = Path(__file__).resolve().parents[2]
MONITOR = ROOT / "monitor"
DOCUMENT = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
SOURCES = sorted(MONITOR.rglob("*.py"))
#: What beside the program is read by whoever changes it.
BESIDE = ("benchmarks", "migrations", "tests", "tools")
MOST_LINES = 400
#: Lines of a function of `pipeline/`, with what its docstring says.
LONGEST_STEP = 40

# What stands as code, where links lead, and "`a` and `b` in `some/file.py`".
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
DEFINED = re.compile(r"((?:`\w+`(?:, | and ))*`\w+`) in `([\w/]+\.py)`")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(MONITOR).as_posix()


# --- what the document names ----------------------------------------------------------------


def defined(path: Path) -> set[str]:
    """What a module defines at its top."""
    found = set()
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {each.id for each in node.targets if isinstance(each, ast.Name)}
    return found


def exists(path: str) -> bool:
    return any((folder / path).exists() for folder in (MONITOR, ROOT, ROOT / "tests"))


def is_stored(words: str) -> bool:
    """Whether it is a table or a column of one."""
    table, _, column = words.partition(".")
    found = metadata.tables.get(table)
    return found is not None and (not column or column in found.columns)


def is_setting(words: str) -> bool:
    section, _, key = words.partition(".")
    field = Config.model_fields.get(section)
    shape = None if field is None else field.annotation
    return isinstance(shape, type) and issubclass(shape, BaseModel) and key in shape.model_fields


def test_what_the_document_says_is_defined_there() -> None:
    found = [
        (name, path) for names, path in DEFINED.findall(DOCUMENT) for name in CODE.findall(names)
    ]
    assert len(found) > 20
    assert [each for each in found if each[0] not in defined(MONITOR / each[1])] == []


def test_every_name_of_the_document_exists() -> None:
    said = {name for names, _ in DEFINED.findall(DOCUMENT) for name in CODE.findall(names)}
    unknown = [
        words
        for words in CODE.findall(DOCUMENT)
        if not re.match(r"(?:monitor|make) ", words)
        and words not in said
        and not (exists(words) or is_stored(words) or is_setting(words))
    ]
    assert unknown == []


def test_every_room_is_described() -> None:
    described = set(re.findall(r"^\| `([\w/.]+)` \|", DOCUMENT, re.MULTILINE))
    rooms = {f"{each.parent.name}/" for each in MONITOR.glob("*/__init__.py")}
    modules = {each.name for each in MONITOR.glob("*.py") if not each.name.startswith("__")}
    assert rooms | modules <= described


def test_the_layers_are_those_that_are_enforced() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    enforced = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    described = DOCUMENT.split("### Who may import whom")[1].split("\n\n")[2]
    assert [line.strip().split(" · ") for line in described.splitlines()] == [
        each.replace("monitor.", "").split(" | ") for each in enforced
    ]


def test_there_are_ten_questions() -> None:
    questions = DOCUMENT.split("## Ten questions")[1].split("\n## ")[0]
    assert re.findall(r"^(\d+)\. \*\*[^*]+\?\*\*", questions, re.MULTILINE) == [
        str(number) for number in range(1, 11)
    ]


def test_every_decision_has_a_number_of_its_own_and_is_listed() -> None:
    decisions = [each.name for each in (ROOT / "docs/decisions").glob("*.md")]
    numbers = Counter(each.split("-")[0] for each in decisions)
    assert [number for number, times in numbers.items() if times > 1] == []
    assert [each for each in decisions if f"(../decisions/{each})" not in DOCUMENT] == []


def test_links_between_documents_lead_somewhere() -> None:
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
        for target in re.findall(
            r"\]\(([^)#\s]+)[^)]*\)", CODE.sub("", page.read_text(encoding="utf-8"))
        )
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert dead == []


def test_what_comments_refer_to_exists() -> None:
    lost = [
        f"{name_of(path)}: {words}"
        for path in SOURCES
        for words in re.findall(r"`monitor((?:\.\w+)+)`", path.read_text(encoding="utf-8"))
        if not is_module_or_in_one(words.strip(".").split("."))
    ]
    assert lost == []


def is_module_or_in_one(parts: list[str]) -> bool:
    path = MONITOR.joinpath(*parts)
    module = path.parent.with_suffix(".py")
    return (
        path.with_suffix(".py").exists()
        or (path / "__init__.py").exists()
        or (module.exists() and parts[-1] in defined(module))
    )


# --- the size of files ----------------------------------------------------------------------


def test_no_file_is_too_long() -> None:
    written = [*SOURCES, *(path for name in BESIDE for path in (ROOT / name).rglob("*.py"))]
    lengths = {each: each.read_text(encoding="utf-8").count("\n") for each in written}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_a_step_is_read_function_by_function() -> None:
    lengths = {
        (name_of(path), node.name): (node.end_lineno or 0) - node.lineno + 1
        for path in (MONITOR / "pipeline").glob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_STEP} == {}


# --- words are no state ---------------------------------------------------------------------

# Attributes that hold words for people.
WORDS = frozenset({"what", "detail", "last_error", "text_note", "note", "hint", "remark", "why"})
# Likewise, but what is read of the world has a title and a text, too.
NOTICES = frozenset({"title", "text"})
# They read what others wrote.
READING = ("matching/", "articles/", "feeds/", "stories/", "config/")
# They make the words, or show and send them.
EDGE = ("messages/", "cli/", "web/", "channels/", "demo/")
CUTTING = re.compile(
    r"(?:starts|ends)with|remove(?:pre|suf)fix|r?split|splitlines|r?partition|r?find|r?index"
    r"|count|replace"
)

ALLOWED = {
    # Libraries that give a fault no other name than its sentence.
    ("config/syntax.py", "message == 'Unterminated string'"),
    ("fetch/content_coding.py", "each in str(error)"),
    ("channels/services.py", "line.startswith('Dropped invalid')"),
    # What a library says is put into better words, for people to read.
    ("cli/subscriptions.py", "first['msg'].removeprefix('Value error, ')"),
    ("config/values.py", "re.sub('got <EOF at \\\\d+>', 'and it ends there', str(error))"),
    # What an article says, a page in the demonstration, a sample of ours, a header of HTTP.
    ("alerts/news.py", "mention.text.casefold() in text"),
    ("demo/outlets.py", "line != BOX"),
    ("messages/sample.py", "body.index('The invented')"),
    ("fetch/client.py", "accept == PAGE_ACCEPT"),
}


def sentences(module: ast.Module) -> set[str]:
    """The names of a module's constants that are words in a row."""
    return {
        target.id
        for node in module.body
        if isinstance(node, ast.Assign) and is_sentence(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def is_sentence(node: ast.AST, known: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in known
    said = node.value if isinstance(node, ast.Constant) else None
    return isinstance(said, str) and re.search(r"\w\S* +\S*\w", said) is not None


def holds_words(node: ast.AST, attributes: frozenset[str], caught: set[str]) -> bool:
    """Whether it is a text for people: an attribute that holds one, or an error as a string."""
    if isinstance(node, ast.Attribute):
        return node.attr in attributes
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
        return any(isinstance(each, ast.Name) and each.id in caught for each in node.args)
    # In another case, or without spaces at its ends.
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return holds_words(node.func.value, attributes, caught)
    return False


def judged(path: Path) -> Iterator[tuple[str, str]]:
    """Where a module compares, cuts, splits or searches words for people."""
    name, module = name_of(path), tree(path)
    reads = name.startswith(READING)
    attributes = frozenset() if name.startswith(EDGE) else WORDS if reads else WORDS | NOTICES
    caught = {each.name for each in ast.walk(module) if isinstance(each, ast.ExceptHandler)}
    people = attributes, {each for each in caught if each and not name.startswith(EDGE)}
    known = sentences(module)
    # What others wrote is compared with words all the time; what the configuration says is not.
    constants = not reads or name.startswith("config/")
    for node in ast.walk(module):
        if isinstance(node, ast.Compare):
            operands: list[Any] = [node.left, *node.comparators]
            if all(isinstance(each, ast.Is | ast.IsNot) for each in node.ops):
                continue
            is_judged = any(holds_words(each, *people) for each in operands)
            is_judged |= constants and any(is_sentence(each, known) for each in operands)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_cut = CUTTING.fullmatch(node.func.attr) is not None
            is_judged = is_cut and holds_words(node.func.value, *people)
            is_judged |= is_cut and constants and any(is_sentence(a, known) for a in node.args[:1])
            is_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            searches = node.func.attr in {"search", "match", "fullmatch", "findall", "sub"}
            is_judged |= (is_re or searches) and any(holds_words(a, *people) for a in node.args)
        elif isinstance(node, ast.Subscript):
            is_judged = holds_words(node.value, *people)
        elif isinstance(node, ast.Match):
            is_judged = holds_words(node.subject, *people)
        elif isinstance(node, ast.MatchValue):
            is_judged = constants and is_sentence(node.value, known)
        else:
            continue
        if is_judged:
            yield name, ast.unparse(node.value if isinstance(node, ast.MatchValue) else node)


def test_no_code_compares_or_cuts_words_for_people() -> None:
    found = {each for path in SOURCES for each in judged(path)}
    assert found - ALLOWED == set()
    assert ALLOWED - found == set(), "allowed, and not there any more"


@pytest.mark.parametrize(
    "code",
    [
        "error.what == Wall.ROBOT",
        "name.detail.rsplit('; ', 1)[-1]",
        "'paywall' in article.text_note.lower()",
        "state.last_error[:4] == 'HTTP'",
        "re.search('again', notice.text)",
        "if hold == 'quiet hours': pass",
        "waits.startswith('silence of')",
        "_NIGHT = 'quiet hours'\nhold == _NIGHT",
        "try: pass\nexcept ValueError as error: str(error).startswith('x')",
        "match hold:\n    case 'quiet hours': pass",
    ],
)
def test_such_code_is_noticed(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.test_architecture.MONITOR", tmp_path)
    path = tmp_path / "pipeline" / "step.py"
    path.parent.mkdir()
    path.write_text(code, encoding="utf-8")
    assert list(judged(path))


def test_no_kind_is_a_sentence() -> None:
    # These are read where they are defined only: they are neither shown nor stored.
    explained = {
        ("matching/rules/surroundings.py", "Reading"),
        ("matching/countries/country.py", "Whose"),
    }
    found = {
        (name_of(path), node.name)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any("Enum" in ast.unparse(base) for base in node.bases)
        and any(
            isinstance(each, ast.Assign) and is_sentence(each.value, set()) for each in node.body
        )
    }
    assert found == explained
