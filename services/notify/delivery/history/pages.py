"""My messages, and the delivery log of the own units."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from services.notify.delivery.domain import Klass
from services.notify.delivery.helpline.store import help_line
from services.notify.delivery.history import store
from services.notify.delivery.history.domain import Standing, standing
from services.notify.delivery.message import domain as message
from services.notify.delivery.preference.domain import PLACE
from services.notify.delivery.tables import Delivery
from shared.context import Ctx
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.pages import page

pages = Blueprint("history", __name__, url_prefix="/notify", template_folder="templates")

TITLES = {
    message.TIME: _l("A reminder for you"),
    message.TIME_FOR_DELEGATE: _l("A reminder about somebody you help"),
    message.REVIEW: _l("A reminder for you"),
    message.NEW_ANSWER: _l("You have an answer"),
    message.LATE: _l("We are late with an answer"),
    message.CODE: _l("A code to sign in with"),
    message.BREAK_GLASS: _l("Someone has looked at your pages"),
    message.BLOCK_LIFTED: _l("A block has been lifted"),
    message.WORK_NOW: _l("Something urgent waits for you"),
    message.WORK_DIGEST: _l("Work that waits for you"),
}
KINDS = {
    Klass.CLINICAL_REMINDER: _l("Reminder"),
    Klass.CONVENIENCE: _l("Other message"),
    Klass.STAFF_NOTICE: _l("Notice to staff"),
}
TAGS = {
    Standing.HELD: (_l("Saved"), "calm"),
    Standing.SOON: (_l("Saved"), "calm"),
    Standing.SENDING: (_l("On its way"), "wait"),
    Standing.AGAIN: (_l("Not sent yet"), "wait"),
    Standing.SENT: (_l("Sent"), "good"),
    Standing.SENT_TWICE: (_l("Sent"), "good"),
    Standing.UNSURE: (_l("We don't know"), "wait"),
    Standing.UNREACHED: (_l("Not reached"), "urgent"),
    Standing.TOO_LATE: (_l("Not sent"), "urgent"),
    Standing.CALLED_OFF: (_l("Not needed"), "off"),
}
REASONS = {
    "cancelled": _l("It was no longer needed"),
    "consent_ended": _l("May no longer get these reminders"),
    "deceased": _l("The person has died"),
    "down": _l("The mail server can't be reached"),
    "expired": _l("It was too late to be of use"),
    "no_channel": _l("No e-mail address is known"),
    "quiet": _l("Quiet hours"),
    "unconfirmed": _l("The mail server did not say if it took it"),
    "unknown_person": _l("We wait to be told who this is"),
    "unreachable": _l("The address does not take mail"),
}
OTHER_REASON = _l("The mail server said no for now")


@pages.get("/my/messages")
@policy("delivery", "read", Who.SIGNED_IN, log="read messages")
def mine(ctx: Ctx) -> Response:
    """My own messages with honest states."""
    person = ctx.viewer.person_id or UUID(int=0)
    rows, following = store.to_person(ctx.session, person, _before())
    ctx.saw({row.patient_id for row in rows if row.patient_id})
    return page(
        ctx,
        "history/mine.html",
        messages=[_shown(ctx, row) for row in rows],
        following=following and url_for(".mine", before=following),
        help_line=help_line(ctx),
    )


@pages.get("/log")
@policy("delivery", "list", Who.ADMIN, log="looked at when messages were sent")
def log(ctx: Ctx) -> Response:
    """When messages of the own units were sent and what became of them; never what they said."""
    units = {role.unit_id for role in ctx.viewer.roles if role.role == "admin"}
    failures = request.args.get("show") == "failures"
    rows, following = store.of_units(ctx.session, units, _before(), only_failures=failures)
    ctx.saw({row.patient_id for row in rows if row.patient_id})
    people = ctx.directory.people(ctx.session, {row.recipient_id for row in rows})
    show = "failures" if failures else None
    return page(
        ctx,
        "history/log.html",
        rows=[{**_shown(ctx, row), "to": people.get(row.recipient_id)} for row in rows],
        only_failures=failures,
        following=following and url_for(".log", before=following, show=show),
    )


def _before() -> UUID | None:
    return request.args.get("before", None, UUID)


def _shown(ctx: Ctx, row: Delivery) -> dict[str, Any]:
    now_standing = standing(
        row.state, row.reason, possible_duplicate=row.possible_duplicate, not_before=row.not_before, at=ctx.now
    )
    return {
        "row": row,
        "standing": now_standing.value,
        "tag": TAGS[now_standing],
        "title": TITLES[row.template],
        "kind": KINDS[Klass(row.klass)],
        "reason": REASONS.get(row.reason, OTHER_REASON) if row.reason else "",
        "words": lambda: _words(ctx, row),
    }


def _words(ctx: Ctx, row: Delivery) -> message.Words:
    """What the message said, or will say: put together again as it was, but with a link to the person's own page."""
    unit = ctx.directory.unit(ctx.session, row.unit_id) if row.unit_id and row.detail == PLACE else None
    return message.render(
        row.template,
        row.version,
        row.params,
        language=row.language or ctx.viewer.language,
        link=request.url_root.rstrip("/") + message.PATHS[row.template],
        at=row.settled_at or ctx.now,
        place=(unit.name, unit.phone) if unit else None,
    )
