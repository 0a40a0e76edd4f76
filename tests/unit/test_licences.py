"""What the product depends on may be used by everybody, and somebody has looked."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tools.licences import Licensed, licence_of, licences, locked, sbom


def test_no_dependency_forbids_use() -> None:
    known = list(licences())
    assert len(known) > 50
    assert [each for each in known if not each.allowed] == []


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT AND Zlib", True),
        ("GPL-2.0-only OR MPL-1.1", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("(MIT OR GPL-3.0-only)", False),
        ("", False),
        (None, False),
    ],
)
def test_what_is_not_understood_is_not_allowed(expression: str | None, allowed: bool) -> None:
    assert Licensed("a", "1", expression).allowed is allowed


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("License-Expression: BSD-3-Clause\nLicense: GPL", "BSD-3-Clause"),
        ("License: Apache 2.0", "Apache-2.0"),
        ("License: MIT OR AFL-2.1", "MIT OR AFL-2.1"),
        ("Classifier: License :: OSI Approved :: MIT License", "MIT"),
        ("Classifier: License :: Other/Proprietary License", None),
        # Of two nobody says whether both hold or one may be chosen.
        ("Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: GPL", None),
        ("License: ask us", None),
        ("Summary: says nothing", None),
    ],
)
def test_licences_are_read_from_metadata_of_every_age(
    tmp_path: Path, said: str, licence: str | None
) -> None:
    (tmp_path / "METADATA").write_text(f"Metadata-Version: 2.1\nName: a\nVersion: 1\n{said}\n")
    assert licence_of(Distribution.at(tmp_path)) == licence


def test_the_bill_of_materials_has_hashes_and_licences_and_is_the_same_each_time() -> None:
    known, made = list(licences()), datetime(2026, 11, 30, tzinfo=UTC)
    bill = sbom(known, made)
    assert bill == sbom(known, made)
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["timestamp"] == "2026-11-30T00:00:00+00:00"
    components = {each["name"]: each for each in bill["components"]}
    assert components.keys() == {each["name"] for each in locked()["components"]}
    # What packages and image bring for many machines is in it.
    assert components["psycopg"]["licenses"] == [{"expression": "LGPL-3.0-only"}]
    assert components["httpx"]["licenses"] == [{"expression": "BSD-3-Clause"}]
    for each in components.values():
        assert all(found["hashes"] for found in each["externalReferences"]), each["name"]
