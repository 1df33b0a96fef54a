"""For whom the viewer asks: themselves, or somebody who lets them."""

from __future__ import annotations

from uuid import UUID

from services.notify.requests.telling.actions import MAY_ASK
from shared.context import Ctx
from shared.policy import Subject
from shared.register.store import Person


def subject(ctx: Ctx, patient_id: UUID | None) -> Subject | None:
    """The patient somebody asks for; the viewer themselves when nobody is named."""
    person_id = patient_id or ctx.viewer.person_id
    person = ctx.directory.person(ctx.session, person_id) if person_id else None
    if person is None or person.kind != "patient" or person.deceased:
        return None
    return Subject(patient_id=person_id, scope=MAY_ASK)


def helped(ctx: Ctx) -> list[Person]:
    """Those for whom the viewer may ask, by name."""
    viewer = ctx.viewer.person_id
    ids = ctx.directory.patients_of_delegate(ctx.session, viewer, ctx.now) if viewer else []
    allowed = [p for p in ids if viewer and MAY_ASK in ctx.directory.scopes(ctx.session, viewer, p, ctx.now)]
    people = ctx.directory.people(ctx.session, allowed).values()
    return sorted((person for person in people if not person.deceased), key=lambda person: person.name)
