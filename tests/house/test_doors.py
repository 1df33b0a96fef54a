"""Whatever a person can do on a page of the contract service, a program can do at its JSON door, or here stands why not."""

from __future__ import annotations

import re

from shared.db import Database
from tests.support.services import make_app, make_service

API = "/contract/api/v1"
C, A = "/contracts/{contract_id}", "/contracts/{contract_id}/agreement"
PLAN, ONE = C + "/plan", C + "/plan/{activity_id}"
PERSON, HELPER = "/people/{person_id}", "/patients/{patient_id}/delegations"
TIME = C + "/next-contact"

COUNTERPARTS: dict[str, tuple[str, ...]] = {
    "units.save": ("POST /units", "PUT /units/{unit_id}"),
    "devices.end": ("DELETE /sessions/{signin_id}",),
    "devices.end_others": ("POST /sessions/standing/ending",),
    "devices.end_everywhere": ("POST /sessions/standing/ending",),
    "devices.end_of_person": (f"POST {PERSON}/sessions/ending",),
    "people.search": ("POST /people/search",),
    "people.add": ("POST /people",),
    "people.save": (f"PUT {PERSON}",),
    "people.unprotect": (f"POST {PERSON}/unprotect",),
    "people.save_roles": (f"PUT {PERSON}/roles",),
    "people.register_death": (f"POST {PERSON}/death",),
    "people.withdraw_death": (f"POST {PERSON}/alive",),
    "file.preview": ("POST /people/files/preview",),
    "file.keep": ("POST /people/files",),
    "file.undo": ("POST /people/files/{import_id}/undoing",),
    "delegates.invite": ("POST /delegations",),
    "delegates.end": ("DELETE /delegations/{delegation_id}",),
    "delegates.renew": ("POST /delegations/{delegation_id}/renewal",),
    "delegates.accept": ("POST /delegations/{delegation_id}/acceptance",),
    "delegates.leave": ("DELETE /delegations/{delegation_id}",),
    "legal.record": (f"POST {HELPER}",),
    "legal.end": (f"DELETE {HELPER}/{{delegation_id}}",),
    "pausing.pause": (f"POST {HELPER}/{{delegation_id}}/pause",),
    "pausing.resume": (f"POST {HELPER}/{{delegation_id}}/resumption",),
    "consents.give": ("POST /consents",),
    "consents.withdraw": ("DELETE /consents/{consent_id}", "DELETE /patients/{patient_id}/consents/{consent_id}"),
    "consents.record": ("POST /patients/{patient_id}/consents",),
    "named_contact.save": ("POST /absences",),
    "named_contact.end": ("DELETE /absences/{absence_id}",),
    "uncovered.mend": (f"POST {C}/cover/appointments", f"POST {C}/cover/appointments/{{appointment_id}}/deputy"),
    "planning.change": (f"POST {C}/cover/change",),
    "planning.move": (f"POST {C}/cover/change/move",),
    "planning.call_off": (f"POST {C}/cover/change/calling-off",),
    "break_glass.open_": ("POST /break-glass",),
    "blocks.make": ("POST /blocks",),
    "blocks.lift": ("DELETE /blocks/{block_id}",),
    "break_glass.open_past_block": ("POST /break-glass/past-block",),
    "break_glass.end": ("DELETE /break-glass/{glass_id}",),
    "break_glass.judge": ("POST /break-glass/{glass_id}/verdict",),
    "home.accept": ("POST /proposals/{proposal_id}/acceptance", "POST /proposals/{proposal_id}/decline"),
    "next_contact.suggest": (f"POST {TIME}/suggestion",),
    "next_contact.accept": (f"POST {TIME}/acceptance",),
    "next_contact.another": (f"POST {TIME}/another",),
    "next_recording.told": (f"POST {TIME}/told",),
    "next_terms.propose": (f"POST {TIME}/terms",),
    "next_terms.agree": (f"POST {TIME}/terms/acceptance",),
    "next_closing.end": (f"POST {TIME}/end",),
    "next_closing.cancel": (f"POST {TIME}/cancellation",),
    "plan.move": (f"POST {ONE}/moves",),
    "plan_writing.add": (f"POST {PLAN}",),
    "plan_writing.edit": (f"PUT {ONE}",),
    "plan_writing.keep": (f"POST {ONE}/privacy",),
    "plan_writing.accept": (f"POST {ONE}/acceptance",),
    "plan_lead.name_lead": (f"PUT {PLAN}/lead",),
    "plan_lead.say_not_then": (f"POST {PLAN}/not-then",),
    "plan_lead.take_back": (f"DELETE {PLAN}/not-then/{{not_then_id}}",),
    "plan_sharing.share": (f"POST {PLAN}/shares",),
    "plan_sharing.stop": (f"DELETE {PLAN}/shares/{{share_id}}",),
    "agreement.open_": ("POST /contracts",),
    "agreement.new_version": (f"POST {A}/drafts",),
    "agreement.write_text": (f"PUT {A}/texts/{{part}}",),
    "items.write_item": (
        f"POST {A}/items/{{part}}",
        f"PUT {A}/items/{{part}}/{{item_id}}",
        f"DELETE {A}/items/{{part}}/{{item_id}}",
    ),
    "confirming.confirm": (f"POST {A}/confirmations",),
    "confirming.told": (f"POST {A}/confirmations/told",),
    "joining.answer": (f"POST {C}/joining/answers",),
    "joining.told": (f"POST {C}/joining/answers/told",),
    "confirming.ask": (f"POST {A}/questions",),
    "review.begin": (f"POST {C}/review/beginning",),
    "review.keep": (f"POST {C}/review/keeping",),
    "answering.answer": (f"POST {C}/review/answers",),
    "record.document": (f"POST {C}/record/documentation",),
    "ending.end": (f"POST {C}/ending",),
    "opening.open_": (f"POST {PERSON}/contracts",),
    "keeping.note": (f"POST {C}/commitment-notes",),
    "meeting.prepare": (f"PUT {TIME}/preparation",),
    "engagement.choose": (f"POST {C}/preferences",),
    "minutes.note": (f"POST {C}/minutes",),
    "understanding.note": (f"POST {C}/teach-backs",),
    "log_review.document": ("POST /units/{unit_id}/log-reviews",),
    "exchange.show_preview": ("POST /imports/preview",),
    "exchange.confirm": ("POST /imports",),
}
PAGES_ONLY = {
    "signin.use_link": "signing in makes the browser's cookie",
    "codes.ask": "it binds a code to the browser",
    "codes.enter": "it makes the browser's cookie",
    "codes.use_link": "it makes the browser's cookie",
    "drafts.throw_away": "a program keeps what it could not send",
    "sessions.stay": "the button of a page; a program renews",
    "sessions.renew": "renewing it does too",
    "sessions.sign_out": "signing out takes it away; a program forgets its own",
}


def test_whatever_a_page_can_do_has_a_json_counterpart_or_a_reason(contract_db: Database) -> None:
    app = make_app(make_service("contract", contract_db))
    rules = list(app.url_map.iter_rules())
    posts = {rule.endpoint for rule in rules if "POST" in (rule.methods or ()) and not _for_programs(rule.rule)}
    assert posts == COUNTERPARTS.keys() | PAGES_ONLY.keys()
    doors = {
        f"{method} {written(rule.rule)}" for rule in rules if rule.rule.startswith(API) for method in rule.methods or ()
    }
    assert {door for wanted in COUNTERPARTS.values() for door in wanted} <= doors


def written(path: str) -> str:
    """The address as the published document writes it."""
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", path.removeprefix(API))


def _for_programs(path: str) -> bool:
    return path.startswith((API, "/contract/fhir", "/contract/internal"))
