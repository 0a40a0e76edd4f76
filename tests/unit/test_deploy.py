"""What is shipped to run many workers: files that fit each other and the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from monitor.cli.main import app
from monitor.config.load import load_config
from monitor.errors import ConfigError

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "many/compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# Of https://github.com/compose-spec/compose-spec: those that are used here.
KNOWN = {
    "build", "cap_drop", "command", "depends_on", "deploy", "env_file", "environment",
    "healthcheck", "image", "init", "logging", "pids_limit", "ports", "read_only", "restart",
    "secrets", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip


def manifests() -> Iterator[dict[str, Any]]:
    for path in sorted(KUBERNETES.glob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from yaml.safe_load_all(path.read_text())


def pods() -> dict[str, dict[str, Any]]:
    return {
        each["metadata"]["name"]: each["spec"]["template"]
        for each in manifests()
        if each["kind"] in {"Deployment", "Job"}
    }


def test_compose_has_a_database_two_workers_and_the_page() -> None:
    assert set(SERVICES) == {"database", "upgrade", "worker", "page"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    commands = {name: each.get("command") for name, each in SERVICES.items()}
    assert (commands["worker"], commands["page"]) == (["worker"], ["run"])
    assert not {key for each in SERVICES.values() for key in each} - KNOWN


def test_what_compose_refers_to_is_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= set(SERVICES)
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (DEPLOY / "many" / source).exists() or source in COMPOSE["volumes"]
    # Nothing works on a schema that is still on its way.
    for name in ("worker", "page"):
        waits = SERVICES[name]["depends_on"]["upgrade"]
        assert waits == {"condition": "service_completed_successfully"}


def test_compose_s_machines_know_nothing_but_where_the_database_is(tmp_path: Path) -> None:
    text = (DEPLOY / "many/config.toml").read_text()
    (tmp_path / "database_password").write_text("s/cret\n")
    (tmp_path / "config.toml").write_text(text.replace("/run/secrets", str(tmp_path)))
    loaded = load_config(tmp_path / "config.toml", env={})
    assert loaded.config.storage.url == "postgresql+psycopg://monitor:s%2Fcret@database/monitor"
    assert not loaded.config.feeds


def test_the_password_is_not_kept_in_the_repository() -> None:
    ignored = (DEPLOY / "many/.gitignore").read_text().split()
    assert {"database_password", "secrets.env"} <= set(ignored)


def test_kustomize_names_every_manifest() -> None:
    kustomization = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    files = {each.name for each in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == files
    assert [each["name"] for each in kustomization["images"]] == ["monitor"]


def test_pods_have_no_rights_and_nothing_to_write_to() -> None:
    assert set(pods()) == {"monitor-upgrade", "monitor-worker", "monitor-page"}
    for pod in pods().values():
        spec = pod["spec"]
        [container] = spec["containers"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["image"] == "monitor"
        assert "memory" in container["resources"]["limits"]


def test_selectors_find_their_pods() -> None:
    labels = {name: pod["metadata"]["labels"] for name, pod in pods().items()}
    assert len({tuple(each.items()) for each in labels.values()}) == len(labels)
    selectors = [
        (each["metadata"]["name"], selector.get("matchLabels", selector))
        for each in manifests()
        if (selector := each.get("spec", {}).get("selector"))
    ]
    assert len(selectors) == 4
    assert [name for name, selector in selectors if selector != labels[name]] == []


def test_what_pods_are_given_is_there() -> None:
    named = {(each["kind"], each["metadata"]["name"]) for each in manifests()}
    for pod in pods().values():
        [container] = pod["spec"]["containers"]
        assert ("Secret", container["envFrom"][0]["secretRef"]["name"]) in named
        assert ("ConfigMap", pod["spec"]["volumes"][0]["configMap"]["name"]) in named
        mounted = {each["name"] for each in container["volumeMounts"]}
        assert mounted == {each["name"] for each in pod["spec"]["volumes"]}


def test_the_example_of_a_config_map_and_its_secret_fit_each_other(tmp_path: Path) -> None:
    found = {each["kind"]: each for each in manifests()}
    path = tmp_path / "config.toml"
    path.write_text(found["ConfigMap"]["data"]["config.toml"])
    secrets = found["Secret"]["stringData"]
    assert load_config(path, env=secrets).config.storage.url == secrets["DATABASE_URL"]


def commands() -> Iterator[list[str]]:
    yield from (each["command"] for each in SERVICES.values() if each["image"] == "monitor")
    yield from (pod["spec"]["containers"][0]["args"] for pod in pods().values())
    for name in ("monitor.service", "monitor-worker@.service"):
        [line] = re.findall(r"^ExecStart=\S+ (.*)$", (DEPLOY / name).read_text(), re.MULTILINE)
        yield line.split()


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_they_start_what_the_program_has(words: list[str]) -> None:
    command: Any = get_command(app)
    for word in words:
        command = command.commands[word]


def test_a_worker_s_unit_is_as_careful_as_the_daemon_s() -> None:
    one, many = (
        dict(
            line.split("=", 1)
            for line in (DEPLOY / name).read_text().splitlines()
            if re.match(r"[A-Z]\w+=", line)
        )
        for name in ("monitor.service", "monitor-worker@.service")
    )
    its_own = {"ExecStart", "Description", "After", "TimeoutStartSec", "EnvironmentFile"}
    its_own |= {"StateDirectory", "StateDirectoryMode", "ReadOnlyPaths"}
    assert {key for key in one.keys() | many.keys() if one.get(key) != many.get(key)} == its_own
    assert int(many["RestartPreventExitStatus"]) == ConfigError.exit_code
