"""Which of Apprise's plugins an address is for.

Apprise finds out by loading all of them: 8 MB, for 130 services that nobody configured. The usual
ones are asked first, and the others loaded when an address is for none of those.
"""

# Apprise annotates only some of what it offers.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from typing import Any

from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict
from apprise.plugins.base import _PIECE_DELIVERED, NotifyBase
from apprise.plugins.custom_form import NotifyForm
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.custom_xml import NotifyXML
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.ntfy import NotifyNtfy
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.workflows import NotifyWorkflows

_USUAL: tuple[type[NotifyBase], ...] = (
    NotifySlack,
    NotifyEmail,
    NotifyJSON,
    NotifyXML,
    NotifyForm,
    NotifyDiscord,
    NotifyNtfy,
    NotifyTelegram,
    NotifyWorkflows,
)


def schemes_of(plugin: NotifyBase | type[NotifyBase]) -> set[str]:
    """How the addresses of a service begin: "slack", "mailto"."""
    given: tuple[Any, ...] = (plugin.protocol, plugin.secure_protocol)
    groups = ((each,) if isinstance(each, str) else each or () for each in given)
    return {scheme for group in groups for scheme in group}


def parsed(url: str, scheme: str) -> tuple[type[NotifyBase], dict[str, Any]] | None:
    """The plugin that an address is for, and what it is opened with; None if it is not whole.

    Args:
        url: the address: Apprise's, or the one that a service gives its users.
        scheme: how it begins, in small letters.
    """
    # As Apprise does, for channels such as "#general".
    plain = url.replace("/#", "/%23")
    for plugin in _USUAL:
        if scheme in schemes_of(plugin):
            found = plugin.parse_url(plain)
        else:
            found = plugin.parse_native_url(plain)
        if found:
            return plugin, dict(found)
        if scheme in schemes_of(plugin):
            return None
    if found := url_to_dict(url, secure_logging=True):
        return plugin_called(found["schema"]), dict(found)
    return None


def known_schemes() -> list[str]:
    """How the addresses of all services begin."""
    return list(NotificationManager().schemas())


def plugin_called(scheme: str) -> type[NotifyBase]:
    """The plugin whose addresses begin so."""
    plugin: type[NotifyBase] = NotificationManager()[scheme]
    return plugin


def named(plugin: NotifyBase, key: Any, *, per_message: bool = False) -> tuple[str, str | None]:
    """What a plugin calls a target, or a part of a message, and whose it is.

    None for whose, where all that it says is a place in a list: with another list, another target.
    """
    # Apprise's own mark for a part is known by where in memory it lies.
    known = "" if key is _PIECE_DELIVERED else key
    slot = repr(plugin._slot(known, per_message))  # noqa: SLF001 - as Apprise does
    parts = key if isinstance(key, tuple) else (key,)
    targets = getattr(plugin, "targets", ())
    is_name = all(isinstance(part, str) for part in parts) or any(
        each in targets for each in (key, *parts)
    )
    return slot, plugin.url_id() if is_name else None
