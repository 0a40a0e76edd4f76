"""Expressions that wait to be compiled until they are used."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import monitor.matching
from monitor.matching.text.patterns import Lazy, lazy


def test_it_does_what_a_compiled_one_does() -> None:
    late, early = lazy("(a+)b", re.IGNORECASE), re.compile("(a+)b", re.IGNORECASE)
    text = "xAAb ab"
    assert [each.span(1) for each in late.finditer(text)] == [
        each.span(1) for each in early.finditer(text)
    ]
    assert late.sub("-", text) == early.sub("-", text)
    assert (late.pattern, late.flags, late.groups) == (early.pattern, early.flags, early.groups)


def test_it_is_compiled_at_the_first_use_and_kept() -> None:
    late = lazy("(")
    assert late.pattern == "("
    kept = lazy("a")
    assert kept.search is kept.search


def test_those_of_the_matcher_can_be_compiled() -> None:
    modules = pkgutil.walk_packages(monitor.matching.__path__, "monitor.matching.")
    named = [(each.name, vars(import_module(each.name))) for each in modules]
    found = {
        f"{module}.{name}": value
        for module, names in named
        for name, value in names.items()
        if isinstance(value, Lazy)
    }
    assert len(found) > 50
    assert [name for name, each in found.items() if each.match("") and each.groups < 0] == []
