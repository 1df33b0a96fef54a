"""Counts a try, or says how long to wait with it. The counts are in contract's own database: no broker is needed for them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from services.contract.signin.throttle import store
from services.contract.signin.throttle.domain import ACCOUNT, RULES, Rule, Tries, left, place_of, wait
from shared.bus.seal import derive
from shared.context import Ctx
from shared.db import database_now


@dataclass(frozen=True)
class From:
    """Who is tried, and from where. ``secret`` is what keeps both out of the database."""

    secret: str
    account: str
    address: str | None

    def key(self, rule: Rule) -> str:
        """Under what a rule counts."""
        what = (rule.name, self.account if rule == ACCOUNT else "", place_of(self.address))
        return hmac.new(derive(self.secret, "throttle"), "\n".join(what).encode(), hashlib.sha256).hexdigest()


def let_through(ctx: Ctx, come: From) -> timedelta:
    """Nothing when this try may go on; then it is counted. Else how long to wait, and it is not."""
    at, keys = database_now(ctx.session), {rule: come.key(rule) for rule in RULES}
    held = store.held(ctx.session, keys.values(), at)
    tries = {rule: Tries(row.count, row.last_at) if (row := held[key]).count else Tries() for rule, key in keys.items()}
    if longest := max(wait(rule, tries[rule], at) for rule in RULES):
        return longest
    for rule, key in keys.items():
        held[key].count, held[key].last_at = left(rule, tries[rule], at) + 1, at
    ctx.session.flush()
    return timedelta()
