"""Regular expressions that are compiled when they are first used.

The matcher has some three hundred, of which an article needs few: to compile all of them takes a
command that matches one article longer than everything else that it does for it.
"""

from __future__ import annotations

import re
from typing import Any, cast


class Lazy:
    """An expression that is not compiled yet.

    Args:
        pattern: the expression.
        flags: as `re.compile` takes them.
    """

    def __init__(self, pattern: str, flags: re.RegexFlag) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """A method of the compiled one, which is kept: the next time nobody asks here."""
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)
        return found


def lazy(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """What has the methods of `re.compile`'s answer, and is compiled when one of them is used.

    Args:
        pattern: the expression.
        flags: as `re.compile` takes them.
    """
    return cast("re.Pattern[str]", Lazy(pattern, flags))
