"""Makes the files of a release in dist: wheel, source, Debian package, tarball, bill of materials.

python -m tools.package [--python /usr/bin/python3] [--out dist]

Debian package and tarball hold the same tree: the program with all it needs in /opt/monitor, for
one minor version of the system's Python and one architecture, the unit, manual page, completions.
Made again from the same commit on the same system, each file is the same byte by byte.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from monitor import __version__
from tools.commands import man_page, man_pages
from tools.licences import ROOT, licences, report, sbom

_DEBIAN = ROOT / "deploy" / "debian"
_COMPLETIONS = {
    "bash": "bash-completion/completions/monitor",
    "zsh": "zsh/vendor-completions/_monitor",
    "fish": "fish/vendor_completions.d/monitor.fish",
}
_ONCE_LOADED = {
    "zsh": "# Loading it is the first completion.\n"
    '[ "$funcstack[1]" != _monitor ] || _monitor_completion "$@"\n'
}
"""What a completion's file has to do besides, where the shell reads it at the first use."""
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""What Debian calls what the kernel calls otherwise."""


def run(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    """What a command prints; ends all when it fails."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | (environment or {})
    )
    return done.stdout


def uv(*arguments: str | Path) -> str:
    """As `run`, of uv."""
    own = ROOT / ".venv" / "bin" / "uv"
    return run(shutil.which("uv") or own, "--quiet", "--no-config", *arguments)


def moment() -> int:
    """Seconds since 1970 that all files get: SOURCE_DATE_EPOCH, else when the commit was made.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    try:
        return int(run("git", "-C", ROOT, "log", "-1", "--format=%ct"))
    except (subprocess.CalledProcessError, FileNotFoundError):
        # Unpacked, without git: the moment that hatchling takes.
        return 1580601600


def build_distributions(out: Path) -> Path:
    """Wheel and source distribution; the wheel's path."""
    uv("build", "--out-dir", out, ROOT)
    return out / f"monitor-{__version__}-py3-none-any.whl"


def build_program(root: Path, wheel: Path, python: str) -> Path:
    """The program with its dependencies in root/opt/monitor; the path of its packages."""
    program = root / "opt" / "monitor"
    uv("venv", "--relocatable", "--python", python, program)
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.txt"
        asked = ("--locked", "--no-dev", "--all-extras", "--no-emit-project", "-o", wanted)
        uv("export", "--project", ROOT, *asked)
        into = ("pip", "install", "--link-mode", "copy", "--python", program)
        uv(*into, "--require-hashes", "-r", wanted)
        uv(*into, "--no-deps", wheel)
    for each in (program / "bin").iterdir():
        # The dependencies' own commands, and ways to activate an environment.
        if each.name != "monitor" and not each.name.startswith("python"):
            each.unlink()
    for name in (".gitignore", ".lock", "CACHEDIR.TAG", "bin/python"):
        (program / name).unlink(missing_ok=True)
    (program / "bin" / "python").symlink_to(python)
    packages = next((program / "lib").glob("python3.*/site-packages"))
    forget_the_builder(packages)
    # Nobody who runs it may write there. By content, for times change when files are unpacked.
    compiling = (program / "bin" / "python", "-m", "compileall", "-q", "-j", "0")
    run(*compiling, "--invalidation-mode", "unchecked-hash", "-s", root, "-p", "/", packages)
    return packages


def forget_the_builder(packages: Path) -> None:
    """Remove where the installed files lay on the machine that built this, and when."""
    unwanted = ("direct_url.json", "uv_cache.json", "REQUESTED")
    for record in packages.glob("*.dist-info/RECORD"):
        for name in unwanted:
            (record.parent / name).unlink(missing_ok=True)
        lines = record.read_text().splitlines(keepends=True)
        endings = tuple(f".dist-info/{name}" for name in unwanted)
        record.write_text("".join(x for x in lines if not x.split(",")[0].endswith(endings)))


def furnish(root: Path, packages: Path, made: datetime) -> None:
    """Everything around the program: command, unit, manual page, completions, papers."""
    share = root / "usr" / "share"
    papers = share / "doc" / "monitor"
    known = list(licences(packages))
    _put(root / "usr/bin/monitor", (_DEBIAN / "monitor").read_bytes(), 0o755)
    for unit in ("monitor.service", "monitor-worker@.service"):
        content = (ROOT / "deploy" / unit).read_bytes()
        _put(root / "usr/lib/systemd/system" / unit, content)
    _put(root / "usr/lib/sysusers.d/monitor.conf", (_DEBIAN / "sysusers.conf").read_bytes())
    _put(root / "usr/lib/tmpfiles.d/monitor.conf", (_DEBIAN / "tmpfiles.conf").read_bytes())
    for name, text in (("monitor", man_page()), *man_pages()):
        _put(share / f"man/man1/{name}.1.gz", gzip.compress(text.encode(), mtime=0))
    for shell, path in _COMPLETIONS.items():
        script = run(
            packages.parents[2] / "bin" / "monitor",
            environment={"_MONITOR_COMPLETE": f"source_{shell}", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        # zsh takes a file for a completion by its first line only.
        _put(share / path, f"{script.strip()}\n{_ONCE_LOADED.get(shell, '')}".encode())
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    _put(papers / "changelog.gz", gzip.compress(changes, mtime=0))
    for name in ("copyright", "README.Debian"):
        _put(papers / name, (_DEBIAN / name).read_bytes())
    _put(papers / "licences.txt", report(known).encode())
    _put(papers / "monitor.cdx.json", json.dumps(sbom(known, made), indent=1).encode())


def _put(path: Path, content: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def settle(root: Path, at: int) -> None:
    """Times and rights as they are to be unpacked, whatever the builder's habits are."""
    for each in (root, *root.rglob("*")):
        if not each.is_symlink():
            runs = each.is_dir() or each.stat().st_mode & 0o100
            each.chmod(0o755 if runs else 0o644)
        os.utime(each, (at, at), follow_symlinks=False)


def debian_package(root: Path, out: Path, python: str) -> Path:
    """The .deb of a tree.

    Built with the name of Python in its version, so that each release of Debian and Ubuntu has its
    own, and a later one is an upgrade.
    """
    architecture = run("dpkg", "--print-architecture").strip()
    version = f"{__version__}+{Path(python).name.replace('python', 'py').replace('.', '')}"
    files = [each for each in sorted(root.rglob("*")) if each.is_file() and not each.is_symlink()]
    control = (_DEBIAN / "control").read_text().format(
        version=version,
        architecture=architecture,
        maintainer=f"{os.environ.get('DEBFULLNAME', 'monitor')}"
        f" <{os.environ.get('DEBEMAIL', 'root@localhost')}>",
        size=sum(each.stat().st_size for each in files) // 1024,
        python=Path(python).name,
    )  # fmt: skip
    sums = "".join(f"{_digest(each, 'md5')}  {each.relative_to(root)}\n" for each in files)
    _put(root / "DEBIAN/control", control.encode())
    _put(root / "DEBIAN/md5sums", sums.encode())
    for script in ("postinst", "prerm", "postrm"):
        _put(root / "DEBIAN" / script, (_DEBIAN / script).read_bytes(), 0o755)
    path = out / f"monitor_{version}_{architecture}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zzstd", "-z3", "--build", root, path)
    shutil.rmtree(root / "DEBIAN")
    return path


def tarball(root: Path, out: Path, python: str, at: int) -> Path:
    """The same tree for systems without dpkg, to be unpacked at /."""
    name = f"monitor-{__version__}-linux-{platform.machine()}-{Path(python).name}.tar.gz"

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        return entry

    with (
        (out / name).open("wb") as file,
        gzip.GzipFile("", "wb", 1, file, mtime=at) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for each in sorted(root.rglob("*")):
            tar.add(each, str(each.relative_to(root)), recursive=False, filter=plain)
    return out / name


def _digest(path: Path, kind: str = "sha256") -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def system_python(given: str | None) -> str:
    """The path by which the system's Python is found on every machine of its kind.

    Raises:
        SystemExit: it is none that monitor runs on, or no part of the system.
    """
    asked = "import sys; print(sys.version_info[1], sys.prefix)"
    for each in [given] if given else ["/usr/bin/python3", *_named()]:
        if not Path(each).exists():
            continue
        minor, prefix = run(each, "-c", asked).split(maxsplit=1)
        path = f"/usr/bin/python3.{minor}"
        if 11 <= int(minor) <= 13 and prefix.strip() == "/usr" and Path(path).exists():
            return path
    raise SystemExit(
        "no Python 3.11, 3.12 or 3.13 of this system's own packages (/usr/bin) is here:"
        " neither Debian package nor tarball can be made"
    )


def _named() -> Iterator[str]:
    return (f"/usr/bin/python3.{minor}" for minor in (13, 12, 11))


def main() -> None:
    """Make all of them, with their hashes in SHA256SUMS."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--python", help="the system's Python to build for")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    out = given.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    for each in (*out.glob("monitor[-_.]*"), out / "licences.txt", out / "SHA256SUMS"):
        each.unlink(missing_ok=True)
    at = moment()
    os.environ |= {"SOURCE_DATE_EPOCH": str(at), "TZ": "UTC"}
    python = system_python(given.python)
    wheel = build_distributions(out)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        packages = build_program(root, wheel, python)
        furnish(root, packages, datetime.fromtimestamp(at, UTC))
        papers = root / "usr/share/doc/monitor"
        for each in ("monitor.cdx.json", "licences.txt"):
            shutil.copy(papers / each, out / each)
        if refused := [each.name for each in licences(packages) if not each.allowed]:
            raise SystemExit(f"may not be given away, or nobody has read it: {', '.join(refused)}")
        settle(root, at)
        tarball(root, out, python, at)
        if shutil.which("dpkg-deb"):
            debian_package(root, out, python)
        else:
            print("no dpkg-deb here: no Debian package", file=sys.stderr)
    files = sorted((*out.glob("monitor[-_.]*"), out / "licences.txt"))
    sums = "".join(f"{_digest(each)}  {each.name}\n" for each in files)
    (out / "SHA256SUMS").write_text(sums)
    print(sums, end="")


if __name__ == "__main__":
    main()
