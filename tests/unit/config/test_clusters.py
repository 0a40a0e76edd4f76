"""A user's own lists of names: what is read from them, and what is said about faulty ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.clusters import MAX_BYTES, parse_clusters
from monitor.config.file_changes import Watched
from monitor.config.load import InvalidConfig
from monitor.matching.names.expansion import expand
from monitor.model.match import Kind
from tests.unit.config.folder import Folder

MISP = {
    "type": "threat-actor",
    "values": [
        {"value": "QUIET HERON", "meta": {"synonyms": ["Marsh 7", "UNC90017"]}},
        {"value": "APT31", "meta": {"synonyms": ["Reed Warbler", "Reed Warbler"]}},
        {"value": "Numbered - G9999"},
    ],
}
STIX = {
    "type": "bundle",
    "objects": [
        {"type": "identity", "name": "Somebody"},
        {"type": "intrusion-set", "name": "QUIET HERON", "aliases": ["QUIET HERON", "Bog Lamp"]},
        {"type": "intrusion-set", "name": "Gone", "revoked": True},
        {"type": "intrusion-set", "name": "Old", "x_mitre_deprecated": True, "revoked": False},
        {"type": "malware", "name": "PEATWORM", "x_mitre_aliases": ["PEATWORM", "TurfDrop"]},
        {"type": "tool", "name": "SluiceScan"},
    ],
}
HERON = '[[watchlists]]\nname = "w"\n[[watchlists.entities]]\nname = "Quiet Heron"\n'
ACTOR = f'{HERON}kind = "threat-actor"\n'


def names(folder: Folder, config: str) -> dict[str, str]:
    entity = folder.load(config).config.watchlists[0].entities[0]
    return {name.text: name.source for name in expand(entity)}


# --- what is read -----------------------------------------------------------------------------


def test_a_misp_cluster_adds_names(folder: Folder) -> None:
    folder.write("lists/ours.json", json.dumps(MISP))
    found = names(folder, f'[matching]\nclusters = ["lists/ours.json"]\n{ACTOR}')
    assert found["Marsh 7"] == found["UNC90017"] == "ours.json"
    apt31 = names(
        folder,
        f'[matching]\nclusters = ["lists/ours.json"]\n{ACTOR.replace("Quiet Heron", "APT31")}',
    )
    assert (apt31["Reed Warbler"], apt31["Violet Typhoon"]) == ("ours.json", "MISP threat-actor")


def test_it_may_take_the_place_of_the_public_lists(folder: Folder) -> None:
    folder.write("ours.json", json.dumps(MISP))
    config = (
        '[matching]\nclusters = ["ours.json"]\nbuiltin_clusters = false\n'
        f"{ACTOR.replace('Quiet Heron', 'APT31')}"
    )
    assert set(names(folder, config)) == {"APT31", "Reed Warbler"}
    assert set(
        names(
            folder, f"[matching]\nbuiltin_clusters = false\n{ACTOR.replace('Quiet Heron', 'APT31')}"
        )
    ) == {"APT31"}


def test_a_stix_bundle_has_actors_and_malware(folder: Folder) -> None:
    folder.write("attack.json", "\ufeff" + json.dumps(STIX))
    matching = '[matching]\nclusters = ["attack.json"]\n'
    assert names(folder, matching + ACTOR)["Bog Lamp"] == "attack.json"
    malware = f'{HERON.replace("Quiet Heron", "peatworm")}kind = "malware"\n'
    assert names(folder, matching + malware)["TurfDrop"] == "attack.json"
    assert "TurfDrop" not in names(
        folder, matching + malware.replace('"malware"', '"threat-actor"')
    )
    assert "Bog Lamp" not in names(folder, f"{matching}{ACTOR}expand = false\n")


def test_what_is_revoked_or_deprecated_is_left_out() -> None:
    found = parse_clusters(json.dumps(STIX).encode(), "x")
    assert [cluster.value for cluster in found[Kind.THREAT_ACTOR]] == ["QUIET HERON"]
    assert [cluster.value for cluster in found[Kind.MALWARE]] == ["PEATWORM", "SluiceScan"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("threat-actor", Kind.THREAT_ACTOR),
        ("mitre-intrusion-set", Kind.THREAT_ACTOR),
        ("mitre-enterprise-attack-malware", Kind.MALWARE),
        ("Ransomware", Kind.MALWARE),
        (None, Kind.THREAT_ACTOR),
    ],
)
def test_a_misp_clusters_type_says_what_it_is_of(kind: str | None, expected: Kind) -> None:
    found = parse_clusters(json.dumps({**MISP, "type": kind}).encode(), "x")
    assert [each.value for each in found[expected]] == ["QUIET HERON", "APT31", "Numbered"]
    assert found[expected][1].synonyms == ("Reed Warbler",)


# --- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is not JSON: Expecting value in line 1, column 1"),
        ('{\n "values": [}', "is not JSON: Expecting value in line 2, column 13"),
        ("[" * 100_000, "is nested too deeply"),
        ("[]", "is neither a MISP cluster"),
        ('{"values": 3}', "is neither a MISP cluster"),
        ('{"values": []}', "names no threat actor, malware or tool"),
        ('{"objects": [{"type": "identity"}, 5]}', "names no threat actor, malware or tool"),
        ('{"values": [{"value": "A1"}, 5]}', "has no text as `value` in values[1]"),
        ('{"values": [{"value": " "}]}', "has no text as `value` in values[0]"),
        (
            '{"values": [{"value": "A1", "meta": {"synonyms": "B2"}}]}',
            "has other names in values[0] that are not a list of texts",
        ),
        ('{"objects": [{"type": "malware"}]}', "has no text as `name` in objects[0]"),
        (
            '{"objects": [{"type": "malware", "name": "A1", "aliases": [1]}]}',
            "has other names in objects[0] that are not a list of texts",
        ),
    ],
)
def test_a_faulty_file_is_told_with_the_line_that_names_it(
    folder: Folder, content: str, reason: str
) -> None:
    folder.write("ours.json", content)
    (problem,) = folder.problems('[matching]\nclusters = [\n  "ours.json",\n]\n')
    assert problem.startswith(f"config.toml:3:3: `clusters`: the file ours.json {reason}")


def test_bytes_that_are_no_text_are_told(folder: Folder) -> None:
    (folder.path / "ours.json").write_bytes(b'{"values": "\xff\xfe\xfa"}')
    (problem,) = folder.problems('[matching]\nclusters = ["ours.json"]\n')
    assert "the file ours.json is not JSON" in problem


def test_a_missing_and_a_huge_file_are_told_among_all_other_faults(folder: Folder) -> None:
    with (folder.path / "huge.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert folder.problems(
        '[matching]\nclusters = ["gone.json", "huge.json", 3]\n[polling]\nper_host = 0\n'
    ) == [
        "config.toml:2:13: `clusters`: the file gone.json cannot be read: there is no such file",
        "config.toml:2:26: `clusters`: the file huge.json cannot be read: it is larger than "
        "131072 KiB",
        "config.toml:2:39: `clusters` takes text, in quotes",
        "config.toml:4:12: `per_host` must be at least 1",
    ]


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["values", "objects", "type", "value", "meta", "synonyms", "name"]), inner
    ),
))  # fmt: skip
def test_any_json_is_read_or_refused(document: object) -> None:
    try:
        found = parse_clusters(json.dumps(document).encode(), "x")
    except ValueError:
        return
    assert any(found.values())


# --- reloading --------------------------------------------------------------------------------


def test_the_files_are_watched(folder: Folder) -> None:
    path = folder.write("ours.json", json.dumps(MISP))
    loaded = folder.load('[matching]\nclusters = ["ours.json", "ours.json"]\n')
    assert path in loaded.files
    assert loaded.watched.now() == loaded.watched.digests
    folder.write("ours.json", json.dumps(STIX))
    assert loaded.watched.now() != loaded.watched.digests


def test_a_large_file_is_watched_too(folder: Folder) -> None:
    padding = " " * 2**21
    path = folder.write("ours.json", json.dumps(MISP) + padding)
    watched = folder.load('[matching]\nclusters = ["ours.json"]\n').watched
    assert watched.now() == watched.now() == watched.digests
    folder.write("ours.json", json.dumps(MISP | {"type": "threat-actot"}) + padding)
    assert watched.now() != watched.digests
    path.unlink()
    assert watched.now()[path] is None


def test_a_faulty_file_is_watched_so_that_mending_it_is_noticed(folder: Folder) -> None:
    with pytest.raises(InvalidConfig) as raised:
        folder.load('[matching]\nclusters = ["gone.json"]\n')
    watched: Watched = raised.value.watched
    folder.write("gone.json", json.dumps(MISP))
    assert watched.now() != watched.digests


def test_files_lie_beside_the_file_that_names_them(folder: Folder, tmp_path: Path) -> None:
    folder.write("teams/ours.json", json.dumps(MISP))
    folder.write("teams/a.toml", f'[matching]\nclusters = ["ours.json"]\n{ACTOR}')
    assert "Marsh 7" in names(folder, 'include = ["teams/*.toml"]\n')
