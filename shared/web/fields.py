"""What a form field shows: what was just typed before what was saved, its error, its choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import g, request

from shared.i18n import _, current_language
from shared.web.forms import legible


def typed(name: str, saved: Any = None) -> str:
    """What stands in the field: the words of the form being answered, else ``saved``, written as people write it."""
    given: str | None = request.form.get(name)
    if given is not None:
        return legible(given)
    if saved is None:
        return ""
    if isinstance(saved, Decimal | float) and current_language() == "sv":
        return str(saved).replace(".", ",")
    return str(saved)


def typed_all(name: str, saved: Iterable[Any] = ()) -> list[str]:
    """The ticked values of a group of boxes. A form being answered may rightly have none."""
    return request.form.getlist(name) if request.form else [str(value) for value in saved]


def error(name: str, label: Any) -> dict[str, str] | None:
    """The field's errors as one text. The label is kept for the summary, which names the fields as the page does."""
    _labels()[name] = str(label)
    found = g.get("errors", {}).get(name)
    return {"text": " ".join(map(str, found)), "visuallyHiddenText": _("Error")} if found else None


def error_links(errors: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """The lines of the error summary: in the order of the page, each leading to its field; last what has no field."""
    labels = _labels()
    lines = [
        {"text": f"{_opening(label)} {text}", "href": f"#{name}"}
        for name, label in labels.items()
        for text in errors.get(name, ())
    ]
    return lines + [{"text": str(text)} for name, texts in errors.items() if name not in labels for text in texts]


def items(choices: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """``(value, text)`` or ``(value, text, hint)`` as the items of radios, boxes and lists."""
    return [
        {"value": str(value), "text": str(text), "hint": {"text": str(hint[0])} if hint and hint[0] else None}
        for value, text, *hint in choices
    ]


def _opening(label: str) -> str:
    return label if label.endswith(("?", ".", "!")) else f"{label}:"


def _labels() -> dict[str, str]:
    """The labels of the fields shown so far on this page."""
    labels: dict[str, str] = g.setdefault("labels", {})
    return labels


def plain(text: Any) -> Any:
    """A text as shown, for macros that would read a lazy one raw. Markup stays markup; nothing stays nothing."""
    return text if text is None or hasattr(text, "__html__") else str(text)


def tel(number: str) -> str:
    """A number for dialling: "010-242 10 00" → "0102421000"."""
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")
