"""The seven questions in words (after SKR's follow-up of patient contracts): to the patient, and their mirror to the care."""

from __future__ import annotations

from collections.abc import Mapping

from services.contract.agreement.review.domain import Answer, Question, Reason
from shared.i18n import Lazy, _l

TO_PATIENT: dict[str, Lazy] = {
    Question.TRUST: _l("I can live my life, and I trust that I easily get help when I need it."),
    Question.AGREEMENT: _l(
        "I have an agreement that starts from what matters to me: what I do, what I do if I get worse, and what the "
        "care does."
    ),
    Question.SIMPLE_WAYS: _l("It is easy for me to get in touch."),
    Question.NAMED_CONTACT: _l("I have a named contact."),
    Question.NEXT_STEP: _l("I know my next step."),
    Question.NEXT_TIME: _l("We have agreed on the next time together."),
    Question.OVERVIEW: _l("I can see all my plans, and I get help to hold them together."),
}
TO_CARE: dict[str, Lazy] = {
    Question.TRUST: _l("The patient can live their life and easily gets help when it is needed."),
    Question.AGREEMENT: _l(
        "We have an agreement that starts from what matters to the patient: what the patient does, what to do if it "
        "gets worse, and what the care does."
    ),
    Question.SIMPLE_WAYS: _l("It is easy for the patient to get in touch with us."),
    Question.NAMED_CONTACT: _l("The patient has a named contact."),
    Question.NEXT_STEP: _l("The patient knows the next step."),
    Question.NEXT_TIME: _l("We have agreed on the next time together with the patient."),
    Question.OVERVIEW: _l("The patient can see all plans, and we help to hold them together."),
}
ANSWERS: dict[str, Lazy] = {
    Answer.YES: _l("Yes"),
    Answer.NO: _l("No"),
    Answer.NOT_NEEDED: _l("It is not needed"),
}
REASONS: dict[str, Lazy] = {
    Reason.TIME: _l("The day has come to look at it again."),
    Reason.ASKED: _l("One of you wanted to look at it again."),
    Reason.QUESTION_NO: _l("Someone answered no to a question."),
    Reason.CONTACT_CHANGED: _l("There is a new named contact."),
    Reason.UNANSWERED: _l("Three questions about times had no answer."),
}


def questions(*, patient: bool) -> Mapping[str, Lazy]:
    """The seven as the patient reads them, or as the care does."""
    return TO_PATIENT if patient else TO_CARE
