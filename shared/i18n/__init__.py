"""The two languages of the product: English in the source, Swedish in ``sv/*.po``.

Inside a request or a ``with speaking("sv")`` block, ``_`` and ``ngettext`` answer in the language spoken there. Outside
(a mail to someone else) take ``_ = translator(person.language)`` and write the same ``_("…")``. Texts that are written
down before anyone has asked for them (labels, schemas, notices) are wrapped in ``_l("…")``.
"""

from shared.i18n.catalogue import (
    LANGUAGES,
    Lazy,
    Translator,
    current_language,
    gettext,
    lazy,
    ngettext,
    speaking,
    translator,
)
from shared.i18n.words import clock, day, day_clock, left

_ = gettext
_l = lazy

__all__ = [
    "LANGUAGES",
    "Lazy",
    "Translator",
    "_",
    "_l",
    "clock",
    "current_language",
    "day",
    "day_clock",
    "gettext",
    "lazy",
    "left",
    "ngettext",
    "speaking",
    "translator",
]
