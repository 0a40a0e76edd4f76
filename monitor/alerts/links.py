"""The links of a message to the page, signed so that whoever has the message may use them.

A link changes nothing by being followed, as programs that look for bad mail follow all of them:
it leads to a page that asks once.
"""

from __future__ import annotations

import hashlib
import hmac

from monitor.model.link import LinkAction, PageLink

#: Characters of a signature: 128 bits.
_SIGNED = 32


def links(public_url: str, key: bytes, alert_id: str) -> tuple[PageLink, ...]:
    """To the story of an alert, and to what can be said of it.

    Args:
        public_url: where people reach the page.
        key: this installation's, for links.
        alert_id: the alert.
    """
    story = PageLink(f"{public_url}/alerts/{alert_id}", None)
    return story, *(
        PageLink(f"{story.url}/{action}?k={signature(key, alert_id, action)}", action)
        for action in LinkAction
    )


def signature(key: bytes, alert_id: str, action: LinkAction) -> str:
    """What shows that a link was made here."""
    said = f"link\0{alert_id}\0{action}".encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:_SIGNED]


def is_signed(key: bytes, alert_id: str, action: LinkAction, given: str) -> bool:
    """Whether a link was made here, for this alert and action."""
    wanted = signature(key, alert_id, action)
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogatepass"))
