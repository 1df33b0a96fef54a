"""What every service's pages share: templates, macros, words for dates, and addresses of static files."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from shared import i18n
from shared.phone import readable
from shared.web import fields, language
from shared.web.ways import kept_pages

HERE = Path(__file__).parent
STATIC = HERE / "static"
KEPT_FOR = timedelta(days=365)
"""A static file's address changes with its content, so it is asked for once."""
PARTS = {
    "button": "button",
    "checkboxes": "checkboxes",
    "errorSummary": "error-summary",
    "fileUpload": "file-upload",
    "input": "input",
    "radios": "radios",
    "select": "select",
    "textarea": "textarea",
}
"""The macros taken from nhsuk-frontend, by name and folder."""


class Compiled(BytecodeCache):
    """Templates compiled in this process: an app made anew (each test makes some) does not compile them again."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


COMPILED = Compiled()


def dress(app: Flask) -> None:
    """Give the app the shared look. Its static folder must be ``STATIC``; ``csrf`` must be among the Jinja globals."""
    loaders: list[BaseLoader] = [FileSystemLoader(HERE / "templates")]
    if app.jinja_loader is not None:
        loaders.insert(0, app.jinja_loader)
    app.jinja_loader = ChoiceLoader(loaders)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = KEPT_FOR
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.bytecode_cache = COMPILED
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(FILTERS)
    env.globals.update(GLOBALS | _components())
    env.globals["ui"] = env.get_template("web/macros.html").module


@lru_cache
def _components() -> dict[str, Any]:
    """The macros of nhsuk-frontend, in an environment of their own: they count on missing values being nothing, our
    own templates on a missing value being a fault."""
    loader = PackageLoader("nhsuk_frontend_jinja")
    env = Environment(
        loader=loader, undefined=ChainableUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    macros = {name: env.get_template(f"nhsuk/components/{folder}/macro.jinja").module for name, folder in PARTS.items()}
    return {f"nhsuk_{folder.replace('-', '_')}": getattr(macros[name], name) for name, folder in PARTS.items()}


def asset(name: str) -> str:
    """The address of a static file, new when its content is."""
    return url_for("static", filename=name, v=_mark(name))


def seconds_left(until: datetime) -> int:
    """Seconds from the real now: a page stays signed in by the clock on the wall, also in a demonstration."""
    return max(0, int(until.timestamp() - time.time()))


def iso(at: datetime) -> str:
    """An instant for a machine: the ``datetime`` of ``<time>``."""
    return at.isoformat(timespec="minutes")


@lru_cache
def _mark(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _as_day(written: str) -> str:
    """A day kept as 2026-11-24, as people say it."""
    return i18n.day(date.fromisoformat(written), year=True)


def _translated(message: str, /, **values: Any) -> str:
    """As ``gettext``; a value that is markup (a link, a date) stays markup and everything around it is escaped."""
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(i18n.gettext(message)) % values
    return i18n.gettext(message, **values)


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": i18n.clock,
    "day": i18n.day,
    "day_clock": i18n.day_clock,
    "iso": iso,
    "left": i18n.left,
    "plain": fields.plain,
    "readable": readable,
    "tel": fields.tel,
}
GLOBALS: dict[str, Any] = {
    "_": _translated,
    "as_day": _as_day,
    "_error": fields.error,
    "_error_links": fields.error_links,
    "_items": fields.items,
    "_typed": fields.typed,
    "_typed_all": fields.typed_all,
    "asset": asset,
    "in_language": language.address,
    "kept_pages": kept_pages,
    "languages": i18n.LANGUAGES,
    "seconds_left": seconds_left,
    "ngettext": i18n.ngettext,
}
