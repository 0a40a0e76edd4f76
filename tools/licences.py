"""Under which licences the dependencies come, and whether all of them allow the product's use.

python -m tools.licences                # a table of those installed here
python -m tools.licences --sbom FILE    # besides, CycloneDX 1.5 of all that uv.lock names
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import Any

from monitor import __version__

ROOT = Path(__file__).parent.parent

ALLOWED = frozenset({
    "0BSD", "AFL-2.1", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python",
    "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MPL-1.1", "MPL-2.0", "PSF-2.0", "Zlib",
})  # fmt: skip
"""SPDX identifiers that allow any use, in a program of whatever licence.

LGPL: of a library that lies beside the program as it came, and can be replaced by anybody.
"""

_NAMES = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "the bsd 2-clause license": "BSD-2-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}
"""What metadata older than SPDX (PEP 639) call them."""

_READ = {
    # The classifier says "Other/Proprietary"; the file LICENSE is MIT's text.
    ("locate", "1.1.1"): "MIT",
    # The whole text in place of a name: three clauses.
    ("httpx-aiohttp", "0.2.0"): "BSD-3-Clause",
}
"""Read by people, where the metadata say nothing or what is not so; each version anew."""


@dataclass(frozen=True, slots=True)
class Licensed:
    """A dependency and what it comes under."""

    name: str
    version: str
    licence: str | None
    """An SPDX expression; None where none can be told."""

    @property
    def allowed(self) -> bool:
        """Whether it may be used."""
        return self.licence is not None and _allows(self.licence)


def _allows(expression: str) -> bool:
    """Whether an SPDX expression leaves a choice that is allowed; what is not understood does not.

    Of OR one side is enough, of AND all count; parentheses are none of any dependency's, so an
    expression with them is refused, as is an exception (WITH).
    """
    return any(
        all(licence.strip() in ALLOWED for licence in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def licence_of(found: Distribution) -> str | None:
    """The SPDX expression that a distribution's metadata stand for; None for none or several."""
    metadata = found.metadata
    read = _READ.get((_key(found.name), found.version))
    if read or "License-Expression" in metadata:
        return read or str(metadata["License-Expression"])
    said = str(metadata["License"]) if "License" in metadata else ""
    if all(each in ALLOWED for each in re.split(" OR | AND ", said)):
        return said
    classified = {
        _NAMES.get(each.rpartition(" :: ")[2].lower())
        for each in metadata.get_all("Classifier") or []
        if each.startswith("License ::")
    }
    return _NAMES.get(said.lower()) or (classified.pop() if len(classified) == 1 else None)


def locked() -> dict[str, Any]:
    """What uv.lock names for those who run the product, as CycloneDX 1.5 with hashes.

    The driver for many machines is among it: packages and image bring it.

    Raises:
        CalledProcessError: uv.lock does not fit pyproject.toml.
    """
    uv = shutil.which("uv") or str(ROOT / ".venv" / "bin" / "uv")
    arguments = ["--quiet", "--locked", "--no-dev", "--all-extras", "--format", "cyclonedx1.5"]
    done = subprocess.run(
        [uv, "export", "--project", str(ROOT), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def licences(site_packages: Path | None = None) -> Iterator[Licensed]:
    """The locked dependencies that are installed, by name: in the folder, or in this Python."""
    found = {}
    if site_packages is not None:
        found = {_key(each.name): each for each in distributions(path=[str(site_packages)])}
    for component in locked()["components"]:
        key = _key(component["name"])
        try:
            there = found[key] if site_packages is not None else distribution(key)
        except (KeyError, PackageNotFoundError):
            # Of another system, such as Windows.
            continue
        yield Licensed(key, there.version, licence_of(there))


def _key(name: str) -> str:
    """A distribution's name as the index has it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def sbom(known: list[Licensed], made: datetime) -> dict[str, Any]:
    """A bill of materials in CycloneDX 1.5: components, hashes, licences, what needs what.

    The same for the same lock file, licences and time, byte by byte.
    """
    bill = locked()
    licence_by_name = {each.name: each.licence for each in known}
    for component in bill["components"]:
        if licence := licence_by_name.get(_key(component["name"])):
            component["licenses"] = [{"expression": licence}]
    bill["metadata"]["timestamp"] = made.astimezone(UTC).isoformat()
    bill["metadata"]["component"] |= {
        "type": "application",
        "version": __version__,
        "purl": f"pkg:pypi/monitor@{__version__}",
        "licenses": [{"expression": "Apache-2.0"}],
    }
    del bill["serialNumber"]
    content = json.dumps(bill, sort_keys=True)
    return {"serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, content).urn, **bill}


def report(known: list[Licensed]) -> str:
    """A table for people: name, version, licence."""
    width = max(len(f"{each.name} {each.version}") for each in known)
    lines = (
        f"{f'{each.name} {each.version}':{width}}  {each.licence or 'not known'}" for each in known
    )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table; end with 1 when one of them forbids use, or nobody can tell."""
    known = list(licences())
    print(report(known), end="")
    if "--sbom" in sys.argv:
        path = Path(sys.argv[sys.argv.index("--sbom") + 1])
        path.write_text(json.dumps(sbom(known, datetime.now(UTC)), indent=1) + "\n")
    if refused := [each.name for each in known if not each.allowed]:
        raise SystemExit(f"may not be used, or nobody has read it: {', '.join(refused)}")


if __name__ == "__main__":
    main()
