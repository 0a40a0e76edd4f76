"""Users' own templates: what a channel is sent, in the form they like.

A template is sandboxed Jinja. It sees what the built-in forms see (`variables`), every text of a
stranger's already harmless in the form that is asked for. It may take for ever and all memory there
is, so whatever is here is called in a process that may die: see `monitor.pipeline.templates`.
Whatever goes wrong in it costs the form, never the alert.
"""

from __future__ import annotations

import dataclasses
import enum
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from monitor.messages import mrkdwn
from monitor.messages.digest_view import DigestView
from monitor.messages.sanitise import Line, Span, shorten
from monitor.messages.view import AlertView, FollowUpView
from monitor.model.delivery import Message

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

OUTPUT_LIMIT = 500_000
"""Characters; a digest of a thousand alerts has some 250,000."""

_FILTERS = {
    "abs", "attr", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first",
    "float", "groupby", "int", "items", "join", "last", "length", "list", "lower", "map", "max",
    "min", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr", "sort",
    "string", "striptags", "sum", "title", "trim", "truncate", "unique", "upper", "urlencode",
    "wordcount",
}  # fmt: skip
"""Jinja's, without those that make much of little, such as `center(1000000000)`."""


class Form(enum.StrEnum):
    """What a template writes."""

    SLACK = "mrkdwn"
    HTML = "HTML"
    TEXT = "text"


class TemplateFault(Exception):  # noqa: N818 - what it is called in the documentation
    """A template cannot be used.

    Args:
        reason: what is wrong, as words that follow the place.
        line: where, if it is known.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason, line)
        self.reason = reason
        self.line = line


def dressed(message: Message, source: str, name: str, form: Form) -> Message:
    """The message in the form of a template; as it is when the template writes nothing.

    Args:
        message: in its built-in form.
        source: the template.
        name: its file's name, which says what it writes: HTML if it ends in ".html" or
            ".html.j2".
        form: what the channel's service takes.

    Raises:
        TemplateFault: the template cannot be used for it.
    """
    if re.search(r"\.html?(\.(j2|jinja2?))?$", name, re.IGNORECASE):
        if form is not Form.HTML:
            raise TemplateFault("writes HTML, which only mail takes")
    elif form is Form.HTML:
        raise TemplateFault('must write HTML for mail, and be called so: "….html.j2"')
    if message.view is None:
        return message
    written = _written(_compiled(source, form), message, form)
    match form:
        case Form.HTML:
            return replace(message, html=written) if written.strip() else message
        case Form.TEXT:
            text = _paragraphs(written)
            return replace(message, text=f"{text}\n") if text else message
        case Form.SLACK:
            header, *rest = _paragraphs(written).split(mrkdwn.PARAGRAPH)
            # A header block takes no mark-up, so nothing is escaped in it.
            paragraphs = [html.unescape(header) if rest else header, *rest]
            return replace(message, slack=mrkdwn.PARAGRAPH.join(paragraphs)) if header else message


def dressed_all(messages: Mapping[str, Message], source: str, name: str, form: Form) -> None:
    """Write messages of several kinds in the form of a template, to see whether it can be used.

    Args:
        messages: by what they are called.
        source: the template.
        name: its file's name.
        form: what the channel's service takes.

    Raises:
        TemplateFault: it cannot be used for one of them, which `reason` names.
    """
    for kind, message in messages.items():
        try:
            dressed(message, source, name, form)
        except TemplateFault as fault:
            raise TemplateFault(f"{fault.reason} (for {kind})", fault.line) from None


def variables(message: Message, form: Form) -> dict[str, object]:
    """What a template sees of a message; documented in docs/how-to/templates.md."""
    shown: dict[str, object] = {"title": message.title, "kind": "notice"}
    match message.view:
        case AlertView() as view:
            shown |= {"kind": "alert", "alert": _plain(view, form)}
        case FollowUpView() as view:
            first = _plain(view.first, form)
            shown |= {"kind": "follow-up", "alert": first, "follow_up": _plain(view, form)}
        case DigestView() as view:
            shown |= {"kind": "digest", "digest": _plain(view, form)}
    return shown


_NAMES = {"view": "alert", "items": "alerts"}
"""What is called otherwise in templates: `items` is what every dictionary of Python's has."""

_HIDDEN = {"rank", "first", "is_merged"}


def _plain(value: object, form: Form) -> Any:
    """A view as dictionaries, lists and strings, its lines marked up for the form."""
    if isinstance(value, tuple):
        if value and all(isinstance(each, Span) for each in value):
            return _marked(value, form)
        return [_plain(each, form) for each in value]
    if isinstance(value, enum.StrEnum):
        return value.value
    if not dataclasses.is_dataclass(value):
        return value
    names = [field.name for field in dataclasses.fields(value)]
    names += [name for name, own in vars(type(value)).items() if isinstance(own, property)]
    result = {
        _NAMES.get(name, name): _plain(getattr(value, name), form)
        for name in names
        if name not in _HIDDEN
    }
    if form is Form.SLACK and result.get("link"):
        result["link"] = _safe(form)(result["link"].replace("&", "&amp;"))
    if "quote" in result and not result["quote"]:
        result["quote"] = ""
    return result


def _marked(line: Line, form: Form) -> Any:
    match form:
        case Form.SLACK:
            text = mrkdwn.marked(line)
        case Form.HTML:
            text = "".join(
                f"<strong>{html.escape(span.text)}</strong>"
                if span.strong
                else html.escape(span.text)
                for span in line
            )
        case Form.TEXT:
            text = "".join(f"*{span.text}*" if span.strong else span.text for span in line)
    return _safe(form)(text)


def _safe(form: Form) -> Callable[[str], Any]:
    """Marks text as being in its form already."""
    from markupsafe import Markup

    return str if form is Form.TEXT else Markup


def _paragraphs(written: str) -> str:
    """The text without space at the ends of lines, and with single empty lines."""
    lines = "\n".join(line.rstrip() for line in written.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


# --- running --------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _compiled(source: str, form: Form) -> Template:
    from jinja2 import TemplateSyntaxError

    try:
        return _environment(form).from_string(source)
    except TemplateSyntaxError as error:
        raise TemplateFault(error.message or "cannot be understood", error.lineno) from None
    except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
        raise TemplateFault(f"cannot be understood ({type(error).__name__})") from None


def _written(template: Template, message: Message, form: Form) -> str:
    parts: list[str] = []
    length = 0
    try:
        for part in template.generate(variables(message, form)):
            length += len(part)
            if length > OUTPUT_LIMIT:
                raise TemplateFault(f"writes more than {OUTPUT_LIMIT:,} characters")
            parts.append(part)
    except TemplateFault as fault:
        raise TemplateFault(fault.reason, fault.line or _line(fault)) from None
    except MemoryError:
        # Of its process, which is of no more use.
        raise
    except Exception as error:  # noqa: BLE001 - what a user wrote may raise anything
        reason = shorten(" ".join(str(error).split()), 200) or type(error).__name__
        raise TemplateFault(reason, _line(error)) from None
    return "".join(parts)


def _line(error: BaseException) -> int | None:
    """The line of the template that an exception passed last."""
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line


@lru_cache(maxsize=3)
def _environment(form: Form) -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    class Sandbox(ImmutableSandboxedEnvironment):
        """Jinja's, and no methods of texts."""

        def wrap_str_format(self, value: Any) -> None:
            """Treat `format` as any other method of a text."""

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            # The methods of texts, of which several pad to any length, have filters.
            if isinstance(obj, str):
                return False
            return super().is_safe_attribute(obj, attr, value)

    def shown(value: object) -> object:
        """What `{{ … }}` writes."""
        if value is None:
            return ""
        if form is not Form.SLACK:
            return value
        return str(value) if isinstance(value, Markup) else mrkdwn.escape(str(value))

    environment = Sandbox(
        autoescape=form is Form.HTML,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    environment.filters = {
        name: filter_ for name, filter_ in environment.filters.items() if name in _FILTERS
    }
    if form is not Form.HTML:
        # They would make HTML of what is not.
        for name in ("e", "escape"):
            del environment.filters[name]
    environment.filters["bold"] = lambda text: _bold(text, form)
    environment.globals = {
        "range": environment.globals["range"],
        "link": lambda address, label: _link(address, label, form),
    }
    return environment


def _bold(text: object, form: Form) -> Any:
    return _marked((Span(str(text), strong=True),), form)


def _link(address: object, label: object, form: Form) -> Any:
    """A link to an address, or the label alone when there is none."""
    shown = str(label)
    if not address:
        return shown
    match form:
        case Form.SLACK:
            return _safe(form)(mrkdwn.link(html.unescape(str(address)), shown))
        case Form.HTML:
            return _safe(form)(f'<a href="{html.escape(str(address))}">{html.escape(shown)}</a>')
        case Form.TEXT:
            return f"{shown} {address}"
