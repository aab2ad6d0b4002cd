"""What every page of identity needs: who is at the browser, its language, form and cookie, and trouble as a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import flask
from authlib.oauth2.rfc6749 import OAuth2Error
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from identity.domain.people import Language
from identity.errors import TooManyTries
from identity.oauth import flow
from identity.oauth.openid import BadHint
from identity.oauth.provider import Provider
from identity.pages import cookies, forms, render
from identity.pages.forms import Form
from identity.pages.texts import CATALOGUE
from identity.ports import Ports
from identity.store.accounts import Account
from identity.store.sessions import new_cookie
from identity.usecases import sessions
from identity.usecases.sessions import Person
from pijnstad_kit import logs
from pijnstad_kit.problems import Problem, Unavailable

View = Callable[[], flask.Response]
PersonView = Callable[[Person, Form], flask.Response]
_STATUS = {"form.stale": 403, "form.wait": 429}
_log = logs.get_logger("identity.pages")


def page(view: View) -> View:
    """Show a page, not JSON, when something goes wrong on the way."""

    @wraps(view)
    def shown() -> flask.Response:
        try:
            return view()
        except (flow.Unanswerable, BadHint, OAuth2Error):
            return trouble("request", 400)
        except (PyMongoError, Unavailable) as error:
            _log.warning("page_unavailable", error=type(error).__name__)
            response = trouble("away", 503)
            response.headers["Retry-After"] = "5"
            return response
        except (HTTPException, Problem):
            raise
        except Exception as error:
            _log.error("unexpected_error", exc_info=error)
            return trouble("away", 500)

    return shown


def done(page: str, what: str) -> flask.Response:
    """Send the browser to a page of ours that says what was done."""
    return render.go(render.own(page, gedaan=what))


def members_only(view: PersonView) -> View:
    """Let a view have the person who is signed in and what they posted; who is not, signs in first.

    A posted form that is not from a page of ours in this browser changes nothing: its page is shown again, and says so.
    """

    def shown() -> flask.Response:
        found = person()
        if found is None:
            return render.go("/account/sign-in")
        posted = flask.request.method == "POST"
        form = forms.read(flask.request.form) if posted else Form({})
        if posted and not is_own(form):
            form.errors["form"] = "form.stale"
        return view(found, form)

    # Only these two: the library reads a view's annotations, and would take `form` for a body of its own.
    shown.__name__, shown.__doc__ = view.__name__, view.__doc__
    return shown


def refused(form: Form) -> bool:
    """Return whether there is nothing to do for a form but show it: it was not posted, or not from a page of ours."""
    return flask.request.method != "POST" or bool(form.errors)


def show(template: str, who: Person, form: Form, **values: object) -> flask.Response:
    """Show a page of somebody's own account. A form with errors is a bad request, a stale one a forbidden one."""
    held = ports()
    cookie = cookies.presented(held.settings) or ""
    filled = {"account": who.account, "form": form, "csrf": cookies.form_token(cookie, held.csrf_key), "done": _done()}
    status = _STATUS.get(form.errors.get("form", ""), 400 if form.errors else 200)
    response = render.page(template, held.settings, language(), filled | values, status=status)
    if form.wait:
        response.headers["Retry-After"] = str(form.wait)
    return response


def form_page(template: str, form: Form, waiting: str | None, status: int = 200, **more: object) -> flask.Response:
    """Show a form. Its browser gets a cookie if it has none, since the form's token is made of it."""
    held = ports()
    leads_to = flow.waiting_redirect(waiting, held) if waiting else None
    if waiting and leads_to is None:
        raise flow.Unanswerable
    cookie = browser()
    flask.g.waiting = waiting
    signing_in = template == "sign_in.html"
    values = {
        "question": held.passkeys.question_to_sign_in(cookie) if signing_in else None,
        "scripted": signing_in,
        "done": _done(),
        "form": form,
        "flow": waiting,
        "csrf": cookies.form_token(cookie, held.csrf_key),
        "client": client_name(waiting),
        "audiences": forms.CHOICES,
        "register": render.own("/account/register", flow=waiting),
        "sign_in": render.own("/account/sign-in", flow=waiting),
        "recover": render.own("/account/recover", flow=waiting),
        **more,
    }
    response = render.page(template, held.settings, language(waiting), values, status=status, leads_to=leads_to)
    if cookies.presented(held.settings) is None:
        cookies.give(response, cookie, held.settings)
    return response


def stale(template: str, form: Form, waiting: str | None, **more: object) -> flask.Response:
    """Show a form again that did not come from a page of ours in this browser."""
    form.errors["form"] = "form.stale"
    return form_page(template, form, waiting, 403, **more)


def wait(template: str, form: Form, waiting: str | None, tries: TooManyTries, **more: object) -> flask.Response:
    """Show a form again that was posted too often, and say how long to wait."""
    note_wait(form, tries)
    response = form_page(template, form, waiting, 429, **more)
    response.headers["Retry-After"] = tries.headers["Retry-After"]
    return response


def note_wait(form: Form, tries: TooManyTries) -> None:
    """Note in a form that one has to wait, and how long."""
    form.errors["form"] = "form.wait"
    form.wait = int(tries.headers["Retry-After"])


def signed_in(account: Account, waiting: str | None) -> flask.Response:
    """Begin a session under a new cookie and go on: to the request that waits, else to the account."""
    held = ports()
    device = forms.device(flask.request.headers.get("User-Agent", ""))
    cookie = sessions.begin_session(account, cookies.presented(held.settings), held, device)
    still = waiting if waiting and flow.waiting_redirect(waiting, held) else None
    response = render.go(render.own("/oauth/authorize", flow=still) if still else "/account")
    cookies.give(response, cookie, held.settings)
    return response


def browser() -> str:
    """Return the cookie of this browser; where it has none, the one it gets with this answer."""
    if "browser" not in flask.g:
        flask.g.browser = cookies.presented(ports().settings) or new_cookie()
    return str(flask.g.browser)


def client_name(waiting: str | None) -> str | None:
    """Return what the client of a waiting request is called."""
    client_id = flow.waiting_parameter(waiting, "client_id", ports()) if waiting else None
    client = ports().clients.get(client_id) if client_id else None
    return client.names[language(waiting)] if client else None


def language(waiting: str | None = None) -> Language:
    """Return the language of this page."""
    held = ports()
    return render.language(held.settings, flow.waiting_parameter(waiting, "ui_locales", held) if waiting else None)


def is_own(form: Form) -> bool:
    """Return whether a posted form came from a page of ours in this browser."""
    held = ports()
    return cookies.is_own_form(cookies.presented(held.settings), form.values.get("csrf", ""), held.csrf_key)


def trouble(what: str, status: int) -> flask.Response:
    """Show what went wrong, and what to do now."""
    settings = ports().settings
    return render.page("trouble.html", settings, render.language(settings), {"what": what}, status=status)


def person() -> Person | None:
    """Return who is signed in at this browser."""
    held = ports()
    return sessions.person(cookies.presented(held.settings), held)


def _done() -> str | None:
    """Return what the address says was done, when there are words for it."""
    told = flask.request.args.get("gedaan", "")
    return told if f"done.{told}" in CATALOGUE else None


def ports() -> Ports:
    """Return the ports of this app."""
    return flask.current_app.extensions["ports"]


def provider() -> Provider:
    """Return the authorization server of this app."""
    return flask.current_app.extensions["provider"]
