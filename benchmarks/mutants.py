"""Do the tests notice small faults in what is pure? A fixed sample of mutants of each module.

A mutant is a module with one comparison, constant, condition or sum changed (`cosmic-ray`'s
operators) that Python still accepts. It is noticed when one of the module's own tests fails, or
does not end.

    make mutants
    python -m benchmarks.mutants --only feeds/politeness --sample 50
    python -m benchmarks.mutants --only stories --seed 7 --first 10 --sample 5
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[1]
OPERATORS = ("ReplaceComparison", "NumberReplacer", "ReplaceTrue", "ReplaceFalse", "ReplaceAnd",
             "ReplaceOr", "AddNot", "ReplaceUnary", "ReplaceBinary", "ReplaceBreak",
             "ReplaceContinue")  # fmt: skip
SAME = ("_Is_Eq", "_IsNot_NotEq")
"""Of a kind or None, identity is equality."""
TIMEOUT = 120.0
"""Seconds after which the tests of a mutant are taken not to end."""
LIBRARIES = (
    "cosmic_ray.mutating", "cosmic_ray.plugins", "pytest", "hypothesis", "pytest_asyncio.plugin",
    "xdist.newhooks", "sqlalchemy", "sqlalchemy.dialects.sqlite", "alembic", "pydantic", "httpx",
    "aiosmtpd.smtp", "wordfreq",
)  # fmt: skip
"""What takes longer to import than most tests take to run, and no mutant changes."""


@dataclass(frozen=True, slots=True)
class Part:
    """Modules, and the tests that are to hold them: quick ones, which run once for each mutant."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "alerts": Part(("alerts/*.py",), ("tests/unit/alerts",)),
    "feeds/politeness": Part(
        ("feeds/politeness.py",),
        ("tests/unit/feeds/test_politeness.py", "tests/unit/feeds/test_politeness_wishes.py"),
    ),
    "feeds/reconcile": Part(("feeds/reconcile.py",), ("tests/unit/feeds/test_reconcile.py",)),
    "stories": Part(("stories/*.py",), ("tests/unit/stories",)),
    "matching/score": Part(("matching/score.py",), ("tests/unit/matching/test_score.py",)),
    "transitions": Part(
        ("store/deliveries/transitions.py",),
        ("tests/integration/store/deliveries/test_transitions.py",),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One module with one change."""

    path: Path
    """Relative to the repository."""
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        changed = [
            line
            for line in unified_diff(self.before.splitlines(), self.after.splitlines(), n=0)
            if line[:1] in "+-" and line[:3] not in {"+++", "---"}
        ]
        return f"{self.path}:{self.line}\n    " + "\n    ".join(changed)


def places(path: Path) -> Iterator[tuple[Path, str, int, int]]:
    """Where a module can be changed: its path, the operator, the place's number and its line."""
    source = (ROOT / path).read_text("utf-8")
    tree = get_ast(source)
    silent = _silent_lines(source)
    for name in operator_names():
        if not name.rpartition("/")[2].startswith(OPERATORS):
            continue
        if name.rpartition("/")[2].endswith(SAME):
            continue
        operator = get_operator(name)()
        found = (place for node in ast_nodes(tree) for place in operator.mutation_positions(node))
        for number, ((line, column), _) in enumerate(found):
            if not any(first <= (line, column) < last for first, last in silent):
                yield path, name, number, line


def mutate(path: Path, operator: str, number: int, line: int) -> Mutant | None:
    """A module changed at one of its places, if that makes another program of it."""
    source = (ROOT / path).read_text("utf-8")
    changed = mutate_code(source, get_operator(operator)(), number)
    if changed is None or not _differs(changed, source):
        return None
    return Mutant(path, line, source, changed)


def _differs(changed: str, source: str) -> bool:
    """Whether it is another program, and one: that no import survives says nothing of the tests."""
    try:
        return ast.dump(ast.parse(changed)) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False


Place = tuple[int, int]


def _silent_lines(source: str) -> list[tuple[Place, Place]]:
    """From where to where nothing is done: annotations are not evaluated.

    Nor does it matter how large a cache is, which is what decorators say here.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        said = (getattr(node, "annotation", None), getattr(node, "returns", None))
        for each in (*said, *getattr(node, "decorator_list", ())):
            if isinstance(each, ast.expr):
                assert each.end_lineno is not None
                assert each.end_col_offset is not None
                start, end = (each.lineno, each.col_offset), (each.end_lineno, each.end_col_offset)
                found.append((start, end))
    return found


def sample(part: Part, size: int, name: str, *, seed: str = "", first: int = 0) -> list[Mutant]:
    """The same mutants at every run with one seed, as long as the modules are the same."""
    paths = sorted(
        path.relative_to(ROOT) for each in part.modules for path in (ROOT / "monitor").glob(each)
    )
    every = [place for path in paths for place in places(path)]
    random.Random(f"{name}{seed}").shuffle(every)
    changed = (mutate(*place) for place in every)
    return list(islice((mutant for mutant in changed if mutant is not None), first, first + size))


def nearest_first(tests: Sequence[str], mutant: Mutant) -> list[str]:
    """The tests' files, those of the mutant's own module first: what fails ends the run."""
    files = [
        path.relative_to(ROOT).as_posix()
        for each in tests
        for path in (
            [ROOT / each] if each.endswith(".py") else sorted((ROOT / each).rglob("test_*.py"))
        )
    ]
    own = f"test_{mutant.path.stem}"
    return sorted(files, key=lambda each: not Path(each).stem.startswith(own))


class Copies:
    """Copies of the repository to run mutants in, one for each process."""

    def __init__(self, folder: Path, count: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        for number in range(count):
            copy = folder / str(number)
            for name in ("monitor", "tests", "migrations", "docs", "benchmarks"):
                shutil.copytree(
                    ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            for name in ("pyproject.toml", "config.example.toml", "README.md", "CHANGELOG.md"):
                shutil.copy(ROOT / name, copy)
            self._free.put(copy)

    def notices(self, mutant: Mutant | None, tests: Sequence[str]) -> bool:
        """Whether the tests fail on a mutant (None: on the code as it is)."""
        copy = self._free.get()
        try:
            if mutant is not None:
                (copy / mutant.path).write_text(mutant.after, "utf-8")
            running = _SERVER.Process(target=_run, args=(copy, tests, mutant is None))
            running.start()
            running.join(TIMEOUT)
            ended = running.exitcode
            if ended is None:
                running.kill()
                running.join()
            return ended != 0
        finally:
            if mutant is not None:
                (copy / mutant.path).write_text(mutant.before, "utf-8")
            self._free.put(copy)


_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([*LIBRARIES])


def _run(copy: Path, tests: Sequence[str], keep: bool) -> None:
    """Run tests in a process of their own, which has imported nothing of the product so far.

    With `keep`, what is compiled is kept. A mutant's must not be: Python takes the next for the
    same file if it is as long and written within the same second.
    """
    assert "monitor" not in sys.modules
    sys.dont_write_bytecode = not keep
    os.chdir(copy)
    sys.path[:] = [str(copy), *(each for each in sys.path if each not in {"", str(ROOT)})]
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    import pytest

    # Libraries that are there already have no asserts for pytest to explain.
    quiet_too = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    sys.exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *quiet_too, *tests])))


def main() -> int:
    """Print for each part how many are noticed, and those that are not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--sample", type=int, default=25, help="mutants of each part")
    parser.add_argument("--seed", default="", help="anything: another one makes another sample")
    parser.add_argument("--first", type=int, default=0, help="mutants of the sample to leave out")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    worst = 1.0
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies(Path(folder), options.processes)
        for name in options.only or PARTS:
            part = PARTS[name]
            chosen = sample(part, options.sample, name, seed=options.seed, first=options.first)
            if copies.notices(None, part.tests):
                print(f"{name}: its tests fail as it is")
                return 1
            with ThreadPoolExecutor(options.processes) as pool:
                orders = [nearest_first(part.tests, each) for each in chosen]
                found = list(pool.map(copies.notices, chosen, orders))
            missed = [mutant for mutant, seen in zip(chosen, found, strict=True) if not seen]
            share = 1 - len(missed) / len(chosen)
            worst = min(worst, share)
            print(
                f"{name}: {len(chosen) - len(missed)} of {len(chosen)} noticed ({share:.0%})",
                flush=True,
            )
            for mutant in missed:
                print(f"  not noticed: {mutant}", flush=True)
    return 0 if worst >= 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
