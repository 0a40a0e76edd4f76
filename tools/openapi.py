"""Writes monitor/web/api/openapi.json, which describes the API, from the functions that answer.

python -m tools.openapi          # write it
python -m tools.openapi --check  # exit with 1 when it is not what would be written
"""

from __future__ import annotations

import json
import sys

from monitor.web.api.programs import DESCRIPTION
from monitor.web.api.schema import description


def written() -> str:
    """What the file holds."""
    return json.dumps(description(), ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Write it, or compare; the exit code."""
    new = written()
    if "--check" in arguments:
        return int(DESCRIPTION.read_text(encoding="utf-8") != new)
    DESCRIPTION.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
