"""Channels' own templates: tried for the configuration, and for a message of today."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from monitor.config.schema import Channel
from monitor.errors import ChannelError
from monitor.messages.templates import TemplateFault
from monitor.model.delivery import Message
from monitor.pipeline.templates import Forms


def template_faults(
    channels: Sequence[Channel], *, now: datetime, timezone: str
) -> list[TemplateFault | None]:
    """What is wrong with the template of each channel, if it has one; nothing is sent.

    A channel whose address cannot be understood has no fault here: that is told as one of its own.
    """

    async def tried(forms: Forms) -> list[TemplateFault | None]:
        found: list[TemplateFault | None] = []
        for channel in channels:
            try:
                await forms.require(channel, now=now, timezone=timezone)
            except TemplateFault as fault:
                found.append(fault)
            except ChannelError:
                found.append(None)
            else:
                found.append(None)
        return found

    forms = Forms()
    try:
        return asyncio.run(tried(forms))
    finally:
        forms.close()


def in_its_form(channel: Channel | None, message: Message) -> tuple[Message, str | None]:
    """The message in the form of a channel's template, or why it is in the built-in one."""
    forms = Forms()
    try:
        return asyncio.run(forms.in_its_form(channel, message))
    finally:
        forms.close()
