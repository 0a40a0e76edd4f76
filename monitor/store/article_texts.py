"""Where an article's long texts are: what its page says, and what its feed gave of it.

In a file they are in the article's row. On PostgreSQL they are in a table of their day, which goes
as a whole when it is too old (`monitor.store.text_days`), and in the row where there is no such
table, or no more. Triggers put them there: whoever writes an article knows nothing of it, and who
reads one asks for `BODY`, `CONTENT`, or `ARTICLE`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from monitor.store.columns import WORDS
from monitor.store.tables import articles


class _LongText(FunctionElement[str]):
    """A long text of an article, wherever it is."""

    inherit_cache = True
    type = WORDS

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column, *articles.c["id", "fetched"])


class _Body(_LongText):
    inherit_cache = True
    day = "day_body"


class _Content(_LongText):
    inherit_cache = True
    day = "day_content"


@compiles(_LongText)
def _in_the_row(element: _LongText, compiler: Any, **kw: Any) -> str:
    column, *_ = element.clauses
    return str(compiler.process(column, **kw))


@compiles(_Body, "postgresql")
@compiles(_Content, "postgresql")
def _wherever(element: _Body | _Content, compiler: Any, **kw: Any) -> str:
    column, number, fetched = (compiler.process(each, **kw) for each in element.clauses)
    return f"CASE {column} WHEN '' THEN {element.day}({number}, {fetched}) ELSE {column} END"


BODY: ColumnElement[str] = _Body(articles.c.body)
"""What is known of an article's page: its text."""
CONTENT: ColumnElement[str] = _Content(articles.c.content)
"""The feed's own full text of an article, if it carries one."""

ARTICLE: tuple[ColumnElement[Any], ...] = (
    *(each for each in articles.columns if each.name not in {"body", "content"}),
    BODY.label("body"),
)
"""All columns of an article but its feed's own full text, by their names."""


def on_server(column: str, table: str) -> str:
    """A long text of an article, in SQL for PostgreSQL.

    Args:
        column: "body" or "content".
        table: what articles are called in the query.
    """
    stored = f"{table}.{column}"
    found = f"day_{column}({table}.id, {table}.fetched)"
    return f"CASE {stored} WHEN '' THEN {found} ELSE {stored} END"
