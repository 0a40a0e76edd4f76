"""The usual services are opened without the modules of all the others."""

from __future__ import annotations

import subprocess
import sys

import pytest
from apprise.plugins import url_to_dict

from monitor.channels.apprise_plugins import parsed, plugin_called

ADDRESSES = (
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
    "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "mailtos://user:password@smtp.example.org?to=you@example.org",
    "jsons://hooks.example.org/path?+x-key=1",
    "xml://hooks.example.org",
    "form://hooks.example.org",
    "https://discord.com/api/webhooks/1234567890/abcdefghijklmnop",
    "ntfys://ntfy.example.org/alerts",
    "https://ntfy.sh/alerts",
    "tgram://123456789:abcdefg_hijklmnop/12315544/",
    "pover://user@token",
    "https://api.pushover.net/nothing",
    "slack://",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_read_as_apprise_reads_it(address: str) -> None:
    theirs = url_to_dict(address)  # type: ignore[no-untyped-call]
    ours = parsed(address, address.partition("://")[0])
    if not theirs:
        assert ours is None
        return
    assert ours is not None
    assert ours == (plugin_called(theirs["schema"]), theirs)


def test_a_usual_address_loads_none_of_the_others() -> None:
    code = (
        "import sys; from monitor.channels.apprise_plugins import parsed;"
        f"assert all(parsed(each, each.partition('://')[0]) for each in {ADDRESSES[:10]});"
        "sys.exit(', '.join(each for each in sys.modules if each in"
        " {'apprise.plugins.pushover', 'apprise.plugins.twitter', 'oauthlib'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "\n"
