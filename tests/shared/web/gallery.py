"""Every shared part on a few pages, through the same doors as the product's own: what the look is judged by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, request, url_for
from markupsafe import Markup
from marshmallow import Schema, fields, validate

from shared.context import Ctx, Viewer
from shared.events import BreakGlassChanged, StaffRole
from shared.i18n import _l
from shared.web.app import HEADERS
from shared.web.dress import STATIC, dress
from shared.web.forms import DecimalComma, at_most, read_form
from shared.web.language import choose
from shared.web.pages import back, error_page, page

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
UNIT = UUID(int=1)
PATIENT = Viewer(UUID(int=2), "patient", "Esther Lind")
NURSE = Viewer(UUID(int=3), "staff", "Lisa Ek", roles=(StaffRole(unit_id=UNIT, role="nurse"),))
HELP = ("Njurmottagningen", "010-242 10 00")
SAID = {"sent": _l("Demo")}


class Opened:
    """The part of a directory that a page asks: the nurse has somebody's pages open in an emergency."""

    def glass(self, _session: Any, person_id: UUID, now: datetime) -> BreakGlassChanged:
        until = now + timedelta(minutes=20)
        return BreakGlassChanged(
            person_id=person_id, glass_id=UUID(int=4), patient_id=UUID(int=5), unit_id=UNIT, until=until
        )


pages = Blueprint("gallery", __name__, url_prefix="/gallery", template_folder="templates")


class Answers(Schema):
    """One field of every kind."""

    matters = fields.String(required=True, validate=at_most(20))
    weight = DecimalComma(required=True)
    day = fields.Date(required=True)
    clock = fields.Time()
    urgent = fields.String(required=True, validate=validate.OneOf(["now", "soon"]))
    ways = fields.List(fields.String(validate=validate.OneOf(["mail", "phone"])))
    agreed = fields.Boolean()
    unit = fields.String()


def ctx(viewer: Viewer = PATIENT) -> Ctx:
    """What the guard gives a view, without a database."""
    here = Ctx("gallery", cast("Any", None), NOW, viewer, cast("Any", Opened()), lambda event: None)
    here.demo = "demo" in request.args
    here.language = choose(viewer.language)
    return here


@pages.get("/home")
def home() -> Response:
    return page(ctx(), "gallery/home.html", help_line=HELP, soon=NOW + timedelta(minutes=45))


@pages.get("/parts")
def parts() -> Response:
    return page(ctx(NURSE), "gallery/parts.html", help_line=HELP, hour=timedelta(hours=1), own=Markup("<b>bold</b>"))


@pages.get("/form")
def form() -> Response:
    return page(ctx(), "gallery/form.html")


@pages.post("/form")
def answer() -> Response:
    _, errors = read_form(Answers())
    if errors:
        return page(ctx(), "gallery/form.html", status=422, errors=errors)
    return back(url_for("gallery.home"), said="gallery.sent")


@pages.get("/print")
def paper() -> Response:
    return page(ctx(), "gallery/print.html", help_line=HELP)


@pages.get("/error/<int:status>")
def error(status: int) -> Response:
    return error_page(status)


@pages.get("/stranger")
def stranger() -> Response:
    return page(ctx(Viewer()), "gallery/home.html", soon=NOW)


def gallery() -> Flask:
    app = Flask("gallery", static_folder=str(STATIC), static_url_path="/gallery/static")
    app.jinja_env.globals["csrf"] = lambda: Markup('<input type="hidden" name="form_token" value="token">')
    dress(app)
    app.register_blueprint(pages)

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    return app
