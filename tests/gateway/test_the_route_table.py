"""The route table: every path has one owner, and what is not in the table is reachable nowhere."""

from __future__ import annotations

import pytest

from gateway.routes import ROUTES, UPSTREAMS, Route, RouteTable

TABLE = RouteTable()


@pytest.mark.parametrize(
    ("path", "to", "auth"),
    [
        (b"/", "web", "browser"),
        (b"/stadhuis", "web", "browser"),
        (b"/static/theme.css", "web", "none"),
        (b"/selfcare/v1/diary", "selfcare", "required"),
        (b"/selfcare/v1", "selfcare", "required"),
        (b"/content/v1/items", "content", "optional"),
        (b"/content/v1/items/slapen", "content", "optional"),
        (b"/content/v1/suggestions", "content", "required"),
        (b"/content/v1/itemsx", "content", "required"),
        (b"/decision/v1/about", "decision", "optional"),
        (b"/decision/v1/about/x", "decision", "required"),
        (b"/identity/v1/me", "identity", "required"),
        (b"/oauth/token", "identity", "none"),
        (b"/oauth/authorize", "identity", "browser"),
        (b"/account/sign-in", "identity", "browser"),
        (b"/accounts", "web", "browser"),
        (b"/v1/stream", "gateway", "none"),
        (b"/docs/start.js", "control", "none"),
        (b"/selfcare/v2/diary", "nobody", "none"),
        (b"/selfcare/metrics", "nobody", "none"),
        (b"/oauth/introspect/x", "nobody", "none"),
        (b"/oauth", "nobody", "none"),
        (b"/v1/stream/other", "nobody", "none"),
        (b"/metrics", "nobody", "none"),
        (b"/.well-known/other", "nobody", "none"),
        (b"/p/vereniging/community/v1/spaces", "nobody", "none"),
    ],
)
def test_a_path_belongs_to(path: bytes, to: str, auth: str) -> None:
    route = TABLE.match(path)
    assert route is not None
    assert (route.to, route.auth) == (to, auth)


def test_two_routes_with_one_path_stop_the_start() -> None:
    with pytest.raises(ValueError, match="same path"):
        RouteTable((Route("/a", "web"), Route("/a", "content")))


def test_a_table_without_a_root_answers_nothing_else() -> None:
    assert RouteTable((Route("/a", "web"),)).match(b"/b") is None


def test_every_route_to_a_service_with_tokens_names_that_service_as_its_audience() -> None:
    exchanged = [route for route in ROUTES if route.auth in ("required", "optional")]
    assert exchanged
    assert all(route.audience == route.to for route in exchanged)


def test_cookies_pass_on_browser_routes_only_and_each_session_to_its_own_owner() -> None:
    assert all(not route.cookies for route in ROUTES if route.auth != "browser")
    owners = {"pijnstad_account": "identity", "pijnstad_web": "web"}
    for route in ROUTES:
        for cookie, owner in owners.items():
            assert cookie not in route.cookies or route.to == owner


def test_the_authorization_header_passes_to_the_provider_only() -> None:
    assert {route.prefix for route in ROUTES if route.credentials} == {
        "/oauth/token",
        "/oauth/par",
        "/oauth/revoke",
        "/oauth/introspect",
        "/oauth/userinfo",
    }


def test_no_route_takes_trace_or_connect_and_options_only_reaches_the_services() -> None:
    usual = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
    for route in ROUTES:
        assert route.methods <= usual | ({"OPTIONS"} if route.audience else set())


def test_every_route_goes_somewhere_that_exists() -> None:
    assert {route.to for route in ROUTES} <= {*UPSTREAMS, "gateway", "control", "nobody"}
