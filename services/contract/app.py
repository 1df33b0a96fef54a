"""The wiring of the contract service: the only place that knows all its concepts."""

from __future__ import annotations

from flask import Blueprint, Flask

from services.contract.agreement.actions import WRITTEN, settle, settle_for_patient
from services.contract.agreement.api import api as agreement_api
from services.contract.agreement.comparing.pages import pages as comparing
from services.contract.agreement.confirming.api import api as confirming_api
from services.contract.agreement.confirming.pages import pages as confirming
from services.contract.agreement.ending.actions import refuse_after_end
from services.contract.agreement.ending.api import api as ending_api
from services.contract.agreement.ending.pages import pages as ending
from services.contract.agreement.engagement.actions import remember_text
from services.contract.agreement.engagement.api import api as engagement_api
from services.contract.agreement.engagement.pages import pages as engagement
from services.contract.agreement.home.api import api as proposals_api
from services.contract.agreement.home.overview.api import api as overview_api
from services.contract.agreement.home.pages import pages as home
from services.contract.agreement.items.pages import pages as items
from services.contract.agreement.joining.api import api as joining_api
from services.contract.agreement.joining.pages import pages as joining
from services.contract.agreement.keeping.api import api as keeping_api
from services.contract.agreement.keeping.pages import pages as keeping
from services.contract.agreement.measures.api import api as measures_api
from services.contract.agreement.measures.pages import pages as measures
from services.contract.agreement.meeting.api import api as meeting_api
from services.contract.agreement.meeting.pages import pages as meeting
from services.contract.agreement.minutes.api import api as minutes_api
from services.contract.agreement.minutes.pages import pages as minutes
from services.contract.agreement.opening.api import api as opening_api
from services.contract.agreement.opening.pages import pages as opening
from services.contract.agreement.pages import pages as agreement
from services.contract.agreement.patient.pages import pages as patient
from services.contract.agreement.reading.api import api as reading_api
from services.contract.agreement.reading.pages import pages as reading
from services.contract.agreement.reading.store import goals
from services.contract.agreement.record.api import api as record_api
from services.contract.agreement.record.pages import pages as record
from services.contract.agreement.review.answering.api import api as review_api
from services.contract.agreement.review.answering.pages import pages as answering
from services.contract.agreement.review.beginning.actions import look_again_after_handover, look_again_after_silence
from services.contract.agreement.review.pages import pages as review
from services.contract.agreement.stages.pages import pages as stages
from services.contract.agreement.understanding.api import api as understanding_api
from services.contract.agreement.understanding.pages import pages as understanding
from services.contract.blocks import api as blocks_api
from services.contract.blocks.pages import pages as blocks
from services.contract.break_glass.actions import end_signed_out
from services.contract.break_glass.api import api as break_glass_api
from services.contract.break_glass.pages import pages as break_glass
from services.contract.break_glass.reviewing.store import unreviewed
from services.contract.delegates.api import api as delegates_api
from services.contract.delegates.consents.api import api as consents_api
from services.contract.delegates.consents.api import told as told_consents_api
from services.contract.delegates.consents.pages import pages as consents
from services.contract.delegates.legal.actions import hide_protected_child
from services.contract.delegates.legal.api import api as helpers_api
from services.contract.delegates.legal.pages import pages as legal
from services.contract.delegates.pages import pages as delegates
from services.contract.delegates.pausing.api import api as pausing_api
from services.contract.delegates.pausing.pages import pages as pausing
from services.contract.exchange.api import api as exchange_api
from services.contract.exchange.door.answer.api import SEGMENT, answer
from services.contract.exchange.door.api import api as fhir
from services.contract.exchange.pages import pages as exchange
from services.contract.named_contact import actions as named_contacts
from services.contract.named_contact.absences.api import api as absences_api
from services.contract.named_contact.api import api as named_contact_api
from services.contract.named_contact.load.api import api as load_api
from services.contract.named_contact.load.pages import pages as load
from services.contract.named_contact.pages import pages as named_contact
from services.contract.named_contact.planning.actions import call_off_who_left
from services.contract.named_contact.planning.api import api as planning_api
from services.contract.named_contact.planning.pages import pages as planning
from services.contract.named_contact.uncovered.actions import note_gaps_of
from services.contract.named_contact.uncovered.api import api as uncovered_api
from services.contract.named_contact.uncovered.pages import pages as uncovered
from services.contract.next_contact import actions as next_contacts
from services.contract.next_contact.answers import actions as answers
from services.contract.next_contact.api import api as next_contact_api
from services.contract.next_contact.closing.pages import pages as next_closing
from services.contract.next_contact.pages import pages as next_contact
from services.contract.next_contact.recording.pages import pages as next_recording
from services.contract.next_contact.terms.pages import pages as next_terms
from services.contract.people import actions as people_actions
from services.contract.people.api import api as people_api
from services.contract.people.file.api import api as people_file_api
from services.contract.people.file.pages import pages as people_file
from services.contract.people.file.sheet.pages import pages as people_sheet
from services.contract.people.pages import pages as people
from services.contract.people.roles import actions as role_actions
from services.contract.plan import actions as plans
from services.contract.plan import pages as plan
from services.contract.plan.api import api as plan_api
from services.contract.plan.conflicts import actions as conflicts
from services.contract.plan.conflicts.api import api as plan_conflicts_api
from services.contract.plan.lead.pages import pages as plan_lead
from services.contract.plan.sharing.api import api as plan_sharing_api
from services.contract.plan.sharing.pages import pages as plan_sharing
from services.contract.plan.writing.pages import pages as plan_writing
from services.contract.signin import api as signin_api
from services.contract.signin import pages as signin
from services.contract.signin.sessions.actions import SIGNED_OUT
from services.contract.tables import Base
from services.contract.tasks import DUE, HANDLERS
from services.contract.units import actions as unit_actions
from services.contract.units.api import api as units_api
from services.contract.units.pages import UNREVIEWED
from services.contract.units.pages import pages as units
from shared.audit.doors import log_pages
from shared.config import Config
from shared.config import load as from_environment
from shared.service import Service, assemble
from shared.web.api.problem import SHAPES
from shared.web.app import create_app

NAME = "contract"
METADATA = Base.metadata
PAGES: list[Blueprint] = [
    units,
    *(people, people_file, people_sheet),
    delegates,
    *(consents, legal, pausing),
    *signin.PAGES,
    *(named_contact, planning, uncovered, load, blocks, break_glass),
    exchange,
    *(next_contact, next_terms, next_closing, next_recording),
    plan.pages,
    plan_writing,
    plan_lead,
    plan_sharing,
    *(agreement, items, reading, confirming, joining),
    *(review, answering, record, ending),
    *(understanding, engagement, keeping),
    *(minutes, measures, comparing, meeting),
    opening,
    stages,
    patient,
    home,
]
DOORS: list[Blueprint] = [
    *signin_api.DOORS,
    units_api,
    people_api,
    people_file_api,
    delegates_api,
    helpers_api,
    *(pausing_api, consents_api, told_consents_api, *blocks_api.DOORS, break_glass_api),
    agreement_api,
    reading_api,
    confirming_api,
    joining_api,
    review_api,
    record_api,
    ending_api,
    opening_api,
    overview_api,
    proposals_api,
    *(named_contact_api, planning_api, absences_api, uncovered_api, load_api),
    next_contact_api,
    *(understanding_api, engagement_api, keeping_api),
    meeting_api,
    minutes_api,
    measures_api,
    plan_api,
    plan_conflicts_api,
    plan_sharing_api,
    exchange_api,
]
BLUEPRINTS = [*PAGES, *DOORS, fhir, *log_pages(NAME)]

SHAPES[SEGMENT] = answer
unit_actions.MADE[:] = [role_actions.run_new_unit]
UNREVIEWED[:] = [unreviewed]
unit_actions.SENSITIVE[:] = [plans.keep_earlier_own]
people_actions.TOLD[:] = [hide_protected_child]
people_actions.ROLES_CHANGED[:] = [call_off_who_left, note_gaps_of]
next_contacts.CHANGED[:] = [refuse_after_end, settle, conflicts.look_for_contract]
WRITTEN[:] = [remember_text]
plans.CHANGED[:] = [settle_for_patient, conflicts.look]
plan.GOALS[:] = [goals]
named_contacts.TAKEN_OVER[:] = [look_again_after_handover]
SIGNED_OUT[:] = [end_signed_out]
answers.UNANSWERED[:] = [look_again_after_silence]


def make(config: Config | None = None) -> Service:
    """The service from its environment, or from a given configuration."""
    return assemble(config or from_environment(NAME), HANDLERS, DUE)


def create(config: Config | None = None) -> Flask:
    """The web role."""
    return create_app(make(config), BLUEPRINTS)
