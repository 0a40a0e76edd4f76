"""What every table of the configuration is: strict, and never changed once it is read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the configuration."""

    # Strict about spelling: an unknown key is nearly always a typing mistake, and a rule
    # silently ignored is an alert silently lost.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
