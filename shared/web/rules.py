"""Address rules that learn to write an address when somebody first asks: reading them is what each process needs at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Written = tuple[str, str]
Builder = Callable[..., Written]


class LateRule(Rule):
    """Werkzeug compiles two builders per rule as it is added, which is most of the making of an app with hundreds of
    rules. A page links to a handful of them."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        ready: list[Builder] = []

        def build(rule: LateRule, /, **values: Any) -> Written:
            if not ready:
                ready.append(super(LateRule, rule)._compile_builder(append_unknown))
            return ready[0](rule, **values)

        return build
