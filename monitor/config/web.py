"""The settings of the page: where it is served, to whom."""

from __future__ import annotations

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr, model_validator

from monitor.config.listening import ListenAddress, is_loopback, plain_prefix
from monitor.config.table import Table
from monitor.config.values import Flag, HttpUrl, Text


class Web(Table):
    """The web page."""

    enabled: Flag = True
    listen: ListenAddress = "127.0.0.1:8787"
    public_url: Annotated[HttpUrl, AfterValidator(plain_prefix)] | None = None
    """Where people reach it; messages lead to it."""
    password: SecretStr | None = None
    write_config: Flag = False
    """Whether what is changed on the page may be written into the configuration's files."""
    hosts: tuple[Text, ...] = ()
    """Further names that it may be asked for by."""
    trusted_proxies: tuple[Text, ...] = ()
    """Addresses of proxies whose word for where a request comes from is believed."""

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        secret = self.password.get_secret_value().strip() if self.password else ""
        if self.password is not None and not secret:
            raise ValueError("`password` must not be empty")
        if not self.enabled or secret:
            return self
        # Behind a proxy that leads here, others reach what listens on loopback.
        if not is_loopback(self.listen):
            raise ValueError(
                f"`listen` at {self.listen} is reached by other machines: give it a `password`"
            )
        if self.public_url and not is_loopback(urlsplit(self.public_url).netloc):
            raise ValueError("`public_url` lets other machines in: give it a `password`")
        if other := next(
            (each for each in self.hosts if each != "::1" and not is_loopback(each)), None
        ):
            raise ValueError(f"`hosts` lets other machines in as {other}: give it a `password`")
        if self.trusted_proxies:
            raise ValueError("`trusted_proxies` lets other machines in: give it a `password`")
        return self
