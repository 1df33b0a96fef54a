"""What a verb says when it can't be done: a reason for people, shown where they stand. Nothing was changed."""

from __future__ import annotations


class Refused(Exception):
    """The act is against a rule as things stand now. ``text`` is a translatable sentence that says what to do instead."""

    status = 409

    def __init__(self, text: object, *, field: str | None = None) -> None:
        super().__init__("refused")
        self.text = text
        self.field = field


class NotFound(Exception):
    """There is no such thing, or it is not this viewer's: the two look the same. ``text`` is for one who knows of it."""

    status = 404

    def __init__(self, text: object = None) -> None:
        super().__init__("not found")
        self.text = text
