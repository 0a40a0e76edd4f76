"""What Bengali joins to a name: its cases, "also" and "only".

মোদীর is Modi's, মোদীকে him. Nothing but such an ending may stand between a transcribed name and the
end of its word.
"""

from __future__ import annotations

_CASES = ("র", "ের", "য়ের", "কে", "তে", "েতে", "য়", "ে", "রা", "েরা", "দের", "েদের", "দেরকে")
ENDINGS = tuple(case + more for case in ("", *_CASES) for more in ("", "ও", "ই") if case + more)
"""In no order: all that can follow a name's last letter."""
