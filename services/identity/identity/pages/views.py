"""What identity's pages do: read the browser, call a use case, show a page or send the browser on.

A way on is always one of our own pages or a request stored here: nothing a browser sends is ever a place to go.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import flask
from authlib.oauth2.rfc6749 import OAuth2Error
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from identity.domain import scopes
from identity.domain.people import Language
from identity.errors import AddressTaken, TooManyTries, WrongSignIn
from identity.oauth import flow
from identity.oauth.openid import BadHint, after_logout, is_about, read_hint
from identity.oauth.provider import Provider
from identity.oauth.requests import single
from identity.pages import cookies, forms, render
from identity.pages.caller import caller
from identity.pages.forms import Form
from identity.ports import Ports
from identity.store.accounts import Account
from identity.store.sessions import new_cookie
from identity.usecases import accounts, sessions
from identity.usecases.sessions import Person
from pijnstad_kit import logs
from pijnstad_kit.problems import Problem, Unavailable

View = Callable[[], flask.Response]
_log = logs.get_logger("identity.pages")


def page(view: View) -> View:
    """Show a page, not JSON, when something goes wrong on the way."""

    @wraps(view)
    def shown() -> flask.Response:
        try:
            return view()
        except (flow.Unanswerable, BadHint, OAuth2Error):
            return _trouble("request", 400)
        except (PyMongoError, Unavailable) as error:
            _log.warning("page_unavailable", error=type(error).__name__)
            response = _trouble("away", 503)
            response.headers["Retry-After"] = "5"
            return response
        except (HTTPException, Problem):
            raise
        except Exception as error:
            _log.error("unexpected_error", exc_info=error)
            return _trouble("away", 500)

    return shown


def authorize() -> flask.Response:
    """Take an authorize request, new or waiting."""
    request = flask.request
    if request.method == "POST":
        if request.args:
            raise flow.Unanswerable
        return _outcome(flow.begin(request.form, None, _provider(), posted=True))
    if "flow" in request.args:
        return _outcome(flow.resume(request.args["flow"], _person(), _provider()))
    return _outcome(flow.begin(request.args, _person(), _provider()))


def decide() -> flask.Response:
    """Take the yes or no of the consent page."""
    form = forms.read(flask.request.form)
    waiting = form.values.get("flow", "")
    if not _is_own(form):
        return render.go(render.own("/oauth/authorize", flow=waiting))
    return _outcome(flow.decide(waiting, form.values.get("agreed") == "yes", _person(), _provider()))


def show_sign_in() -> flask.Response:
    """Show the sign-in form, with the address the client hinted at."""
    waiting = flask.request.args.get("flow")
    hint = flow.waiting_parameter(waiting, "login_hint", _ports()) if waiting else None
    return _form_page("sign_in.html", Form({"email": hint or ""}), waiting)


def sign_in() -> flask.Response:
    """Sign somebody in, under a new cookie."""
    form = forms.read(flask.request.form)
    waiting = form.values.get("flow")
    if not _is_own(form):
        return _stale("sign_in.html", form, waiting)
    address = forms.signing_in(form)
    if address is None:
        return _form_page("sign_in.html", form, waiting, 400)
    try:
        account = accounts.sign_in(address.key, form.values.get("password", ""), caller(), _ports())
    except WrongSignIn:
        form.errors["form"] = "sign_in.wrong"
        return _form_page("sign_in.html", form, waiting, 400)
    except TooManyTries as tries:
        return _wait("sign_in.html", form, waiting, tries)
    return _signed_in(account, waiting)


def show_register() -> flask.Response:
    """Show the registration form."""
    ports = _ports()
    waiting = flask.request.args.get("flow")
    hint = flow.waiting_parameter(waiting, "login_hint", ports) if waiting else None
    return _form_page("register.html", Form({"email": hint or "", "language": _language(waiting)}), waiting)


def register() -> flask.Response:
    """Make an account and sign its person in."""
    form = forms.read(flask.request.form)
    waiting = form.values.get("flow")
    if not _is_own(form):
        return _stale("register.html", form, waiting)
    asked = forms.registration(form)
    if asked is None:
        return _form_page("register.html", form, waiting, 400)
    try:
        account = accounts.register(asked, caller(), _ports())
    except AddressTaken:
        form.errors["email"] = "register.taken"
        return _form_page("register.html", form, waiting, 400)
    except TooManyTries as tries:
        return _wait("register.html", form, waiting, tries)
    return _signed_in(account, waiting)


def show_account() -> flask.Response:
    """Show who is signed in."""
    person = _person()
    if person is None:
        return render.go("/account/sign-in")
    values = {"name": person.account.name, "email": person.account.email}
    return render.page("account.html", _ports().settings, _language(), values)


def show_sign_out() -> flask.Response:
    """Ask whether somebody wants to sign out."""
    return _ask_sign_out(_person(), Form({}))


def sign_out() -> flask.Response:
    """Sign somebody out."""
    form = forms.read(flask.request.form)
    if not _is_own(form):
        form.errors["form"] = "form.stale"
        return _ask_sign_out(_person(), form, 403)
    return _ended("/account/sign-out")


def logout() -> flask.Response:
    """Take a client's wish to sign its person out (OpenID Connect RP-Initiated Logout 1.0)."""
    posted = flask.request.method == "POST"
    parameters = single(flask.request.form if posted else flask.request.args)
    hint = parameters.get("id_token_hint")
    hinted = read_hint(hint, _ports()) if hint else None
    # Asked without a hint, or by somebody who is not signed in here, nothing may be ended or redirected unseen.
    target = after_logout(parameters, hinted, _ports())
    if posted:  # a form of another site comes without our cookie: let the browser come back
        return render.go(render.own("/oauth/logout", **parameters))
    person = _person()
    if hinted is None or (person is not None and not is_about(hinted, person, _ports())):
        return _ask_sign_out(person, Form({}))
    return _ended(target or "/account/sign-out")


def _ended(onward: str) -> flask.Response:
    ports = _ports()
    sessions.end_session(cookies.presented(ports.settings), ports)
    response = render.go(onward)
    cookies.take_back(response, ports.settings)
    return response


def _ask_sign_out(person: Person | None, form: Form, status: int = 200) -> flask.Response:
    ports = _ports()
    if person is None:
        return render.page("signed_out.html", ports.settings, _language(), {}, status=status)
    cookie = cookies.presented(ports.settings) or ""
    values = {"name": person.account.name, "form": form, "csrf": cookies.form_token(cookie, ports.csrf_key)}
    return render.page("sign_out.html", ports.settings, _language(), values, status=status)


def _outcome(outcome: flow.Outcome) -> flask.Response:
    if isinstance(outcome, flow.GoTo):
        return render.go(outcome.uri)
    if isinstance(outcome, flow.SignIn):
        return render.go(render.own("/account/sign-in", flow=outcome.waiting))
    if isinstance(outcome, flow.Resume):
        return render.go(render.own("/oauth/authorize", flow=outcome.waiting))
    return _consent_page(outcome)


def _consent_page(asked: flow.AskConsent) -> flask.Response:
    ports, person = _ports(), _person()
    if person is None:
        return render.go(render.own("/account/sign-in", flow=asked.waiting))
    spoken = _language(asked.waiting)
    flask.g.waiting = asked.waiting
    client = asked.client.names[spoken]
    values = {
        "client": client,
        "client_capital": client[:1].upper() + client[1:],
        "name": person.account.name,
        "sentences": scopes.sentences(asked.scope, spoken),
        "csrf": cookies.form_token(cookies.presented(ports.settings) or "", ports.csrf_key),
        "flow": asked.waiting,
        "other_person": render.own("/account/sign-in", flow=asked.waiting),
    }
    return render.page("consent.html", ports.settings, spoken, values, leads_to=asked.redirect_uri)


def _form_page(template: str, form: Form, waiting: str | None, status: int = 200) -> flask.Response:
    """Show a form. Its browser gets a cookie if it has none, since the form's token is made of it."""
    ports = _ports()
    leads_to = flow.waiting_redirect(waiting, ports) if waiting else None
    if waiting and leads_to is None:
        raise flow.Unanswerable
    cookie = cookies.presented(ports.settings)
    fresh = cookie or new_cookie()
    flask.g.waiting = waiting
    values = {
        "form": form,
        "flow": waiting,
        "csrf": cookies.form_token(fresh, ports.csrf_key),
        "client": _client_name(waiting),
        "audiences": forms.CHOICES,
        "register": render.own("/account/register", flow=waiting),
        "sign_in": render.own("/account/sign-in", flow=waiting),
    }
    response = render.page(template, ports.settings, _language(waiting), values, status=status, leads_to=leads_to)
    if cookie is None:
        cookies.give(response, fresh, ports.settings)
    return response


def _stale(template: str, form: Form, waiting: str | None) -> flask.Response:
    form.errors["form"] = "form.stale"
    return _form_page(template, form, waiting, 403)


def _wait(template: str, form: Form, waiting: str | None, tries: TooManyTries) -> flask.Response:
    form.errors["form"] = "form.wait"
    form.wait = int(tries.headers["Retry-After"])
    response = _form_page(template, form, waiting, 429)
    response.headers["Retry-After"] = tries.headers["Retry-After"]
    return response


def _signed_in(account: Account, waiting: str | None) -> flask.Response:
    ports = _ports()
    cookie = sessions.begin_session(account, cookies.presented(ports.settings), ports)
    response = render.go(render.own("/oauth/authorize", flow=waiting) if waiting else "/account")
    cookies.give(response, cookie, ports.settings)
    return response


def _client_name(waiting: str | None) -> str | None:
    client_id = flow.waiting_parameter(waiting, "client_id", _ports()) if waiting else None
    client = _ports().clients.get(client_id) if client_id else None
    return client.names[_language(waiting)] if client else None


def _language(waiting: str | None = None) -> Language:
    ports = _ports()
    return render.language(ports.settings, flow.waiting_parameter(waiting, "ui_locales", ports) if waiting else None)


def _is_own(form: Form) -> bool:
    ports = _ports()
    return cookies.is_own_form(cookies.presented(ports.settings), form.values.get("csrf", ""), ports.csrf_key)


def _trouble(what: str, status: int) -> flask.Response:
    settings = _ports().settings
    return render.page("trouble.html", settings, render.language(settings), {"what": what}, status=status)


def _person() -> Person | None:
    ports = _ports()
    return sessions.person(cookies.presented(ports.settings), ports)


def _ports() -> Ports:
    return flask.current_app.extensions["ports"]


def _provider() -> Provider:
    return flask.current_app.extensions["provider"]
