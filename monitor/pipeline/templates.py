"""Messages in the form of a channel's own template, written in a process that may die of it.

A template may run for ever or write without end, mostly by mistake. In a process of its own, with
a clock and a limit of memory, that costs its form and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

from monitor.channels.sender import form_of
from monitor.config.schema import Channel
from monitor.errors import ChannelError, WorkerError
from monitor.messages.render import render_samples
from monitor.messages.templates import TemplateFault, dressed, dressed_all
from monitor.model.delivery import Message
from monitor.pipeline.workers import Workers

P = ParamSpec("P")
T = TypeVar("T")

#: For one message; the built-in forms take a few milliseconds.
SECONDS = 2.0
#: What the process may have, in bytes; without a template it has some 100 MiB.
MEMORY = 512 * 2**20


class Forms:
    """Writes what channels with templates are sent. The process is started when it is needed."""

    def __init__(self) -> None:
        self._process: Workers | None = None

    async def in_its_form(
        self, channel: Channel | None, message: Message
    ) -> tuple[Message, str | None]:
        """The message in the form of a channel's template, or why it is in the built-in one.

        Args:
            channel: None for one that is built in, which has no template.
            message: in its built-in form.
        """
        if channel is None or channel.template is None or channel.template_source is None:
            return message, None
        try:
            form = await asyncio.to_thread(form_of, channel)
            source, name = channel.template_source, channel.template
            return await self._written(dressed, message, source, name, form), None
        except ChannelError:
            # Sending will find that, too, and say so.
            return message, None
        except TemplateFault as fault:
            place = f"{channel.template}:{fault.line}" if fault.line else channel.template
            return message, f"{place}: {fault.reason}"

    async def require(self, channel: Channel, *, now: datetime, timezone: str) -> None:
        """Write one message of every kind with a channel's template; nothing is sent.

        Raises:
            ChannelError: the channel's address cannot be understood.
            TemplateFault: the template cannot be used; `reason` says for which kind, if for one.
        """
        if channel.template is not None and channel.template_source is not None:
            form = await asyncio.to_thread(form_of, channel)
            samples = render_samples(now=now, timezone=timezone)
            source, name = channel.template_source, channel.template
            await self._written(dressed_all, samples, source, name, form)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
            self._process = None

    async def _written(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._process = self._process or Workers(1, memory=MEMORY)
        try:
            return await self._process.run(SECONDS, function, *args, **kwargs)
        except WorkerError as error:
            allowed = f"{SECONDS:g} seconds and {MEMORY // 2**20} MiB"
            raise TemplateFault(f"could not be written within {allowed}: {error.what}") from None
