"""What identity's pages do: read the browser, call a use case, show a page or send the browser on.

A way on is always one of our own pages or a request stored here: nothing a browser sends is ever a place to go.
"""

from __future__ import annotations

import flask

from identity.domain import scopes
from identity.errors import TooManyTries, WrongSignIn
from identity.oauth import flow
from identity.oauth.openid import after_logout, is_about, read_hint
from identity.oauth.requests import single
from identity.pages import cookies, desk, forms, render
from identity.pages.caller import caller
from identity.pages.forms import Form
from identity.usecases import accounts, factors, sessions
from identity.usecases.sessions import Person


def authorize() -> flask.Response:
    """Take an authorize request, new or waiting."""
    request = flask.request
    if request.method == "POST":
        if request.args:
            raise flow.Unanswerable
        return _outcome(flow.begin(request.form, None, desk.provider(), posted=True))
    if "flow" in request.args:
        return _outcome(flow.resume(request.args["flow"], desk.person(), desk.provider()))
    return _outcome(flow.begin(request.args, desk.person(), desk.provider()))


def decide() -> flask.Response:
    """Take the yes or no of the consent page."""
    form = forms.read(flask.request.form)
    waiting = form.values.get("flow", "")
    if not desk.is_own(form):
        return render.go(render.own("/oauth/authorize", flow=waiting))
    return _outcome(flow.decide(waiting, form.values.get("agreed") == "yes", desk.person(), desk.provider()))


def show_sign_in() -> flask.Response:
    """Show the sign-in form, with the address the client hinted at."""
    waiting = flask.request.args.get("flow")
    hint = flow.waiting_parameter(waiting, "login_hint", desk.ports()) if waiting else None
    return desk.form_page("sign_in.html", Form({"email": hint or ""}), waiting)


def sign_in() -> flask.Response:
    """Sign somebody in, under a new cookie."""
    form = forms.read(flask.request.form)
    waiting = form.values.get("flow")
    if not desk.is_own(form):
        return desk.stale("sign_in.html", form, waiting)
    address = forms.signing_in(form)
    if address is None:
        return desk.form_page("sign_in.html", form, waiting, 400)
    try:
        account = accounts.sign_in(address.key, form.values.get("password", ""), caller(), desk.ports())
    except WrongSignIn:
        form.errors["form"] = "sign_in.wrong"
        return desk.form_page("sign_in.html", form, waiting, 400)
    except TooManyTries as tries:
        return desk.wait("sign_in.html", form, waiting, tries)
    if account.second_step is not None:
        token = factors.ask_second_step(account, desk.browser(), waiting, desk.ports())
        return render.go(render.own("/account/second-step", token=token))
    return desk.signed_in(account, waiting)


def show_sign_out() -> flask.Response:
    """Ask whether somebody wants to sign out."""
    return _ask_sign_out(desk.person(), Form({}))


def sign_out() -> flask.Response:
    """Sign somebody out."""
    form = forms.read(flask.request.form)
    if not desk.is_own(form):
        form.errors["form"] = "form.stale"
        return _ask_sign_out(desk.person(), form, 403)
    return _ended("/account/sign-out")


def logout() -> flask.Response:
    """Take a client's wish to sign its person out (OpenID Connect RP-Initiated Logout 1.0)."""
    posted = flask.request.method == "POST"
    parameters = single(flask.request.form if posted else flask.request.args)
    hint = parameters.get("id_token_hint")
    hinted = read_hint(hint, desk.ports()) if hint else None
    # Asked without a hint, or by somebody who is not signed in here, nothing may be ended or redirected unseen.
    target = after_logout(parameters, hinted, desk.ports())
    if posted:  # a form of another site comes without our cookie: let the browser come back
        return render.go(render.own("/oauth/logout", **parameters))
    person = desk.person()
    if hinted is None or (person is not None and not is_about(hinted, person, desk.ports())):
        return _ask_sign_out(person, Form({}))
    return _ended(target or "/account/sign-out")


def _ended(onward: str) -> flask.Response:
    ports = desk.ports()
    sessions.end_session(cookies.presented(ports.settings), ports)
    response = render.go(onward)
    cookies.take_back(response, ports.settings)
    return response


def _ask_sign_out(person: Person | None, form: Form, status: int = 200) -> flask.Response:
    ports = desk.ports()
    if person is None:
        return render.page("signed_out.html", ports.settings, desk.language(), {}, status=status)
    cookie = cookies.presented(ports.settings) or ""
    values = {"name": person.account.name, "form": form, "csrf": cookies.form_token(cookie, ports.csrf_key)}
    return render.page("sign_out.html", ports.settings, desk.language(), values, status=status)


def _outcome(outcome: flow.Outcome) -> flask.Response:
    if isinstance(outcome, flow.GoTo):
        return render.go(outcome.uri)
    if isinstance(outcome, flow.SignIn):
        return render.go(render.own("/account/sign-in", flow=outcome.waiting))
    if isinstance(outcome, flow.Resume):
        return render.go(render.own("/oauth/authorize", flow=outcome.waiting))
    return _consent_page(outcome)


def _consent_page(asked: flow.AskConsent) -> flask.Response:
    ports, person = desk.ports(), desk.person()
    if person is None:
        return render.go(render.own("/account/sign-in", flow=asked.waiting))
    spoken = desk.language(asked.waiting)
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
