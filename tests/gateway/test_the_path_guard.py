"""A path that two programs could read in two ways goes no further."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import BadPath, UrlTooLong
from gateway.guard import check_target

AMBIGUOUS = [
    b"//admin",
    b"/a//b",
    b"/a/../b",
    b"/..",
    b"/a/..",
    b"/a/./b",
    b"/a/.",
    b"/a%2fb",
    b"/a%2Fb",
    b"/a%2f..%2fadmin",
    b"/%2e%2e/admin",
    b"/a/%2E./b",
    b"/a%5cb",
    b"/a\\b",
    b"/a%00",
    b"/a\x00b",
    b"/a%0d%0aX: y",
    b"/a%252fb",
    b"/a%25",
    b"/a%",
    b"/a%2",
    b"/a%zz",
    b"/%73elfcare/v1/diary",
    b"/selfcare%2Dx",
    b"/a%7f",
    b"/a%ff",
    b"/a%c3",
    b"/caf\xc3\xa9",
    b"/a b",
]
PLAIN = [
    b"/",
    b"/.well-known/openid-configuration",
    b"/a/b-c_d~e.f",
    b"/caf%C3%A9",
    b"/a%20b",
    b"/a;b=c,d",
    b"/...",
    b"/a:b@c",
]


@pytest.mark.parametrize("path", AMBIGUOUS)
def test_an_ambiguous_path_is_refused(path: bytes) -> None:
    with pytest.raises(BadPath):
        check_target(path, b"")


@pytest.mark.parametrize("path", PLAIN)
def test_a_plain_path_passes(path: bytes) -> None:
    check_target(path, b"q=%2f..%00&x=//")


def test_a_query_beyond_every_need_is_refused() -> None:
    with pytest.raises(UrlTooLong):
        check_target(b"/content/v1/items", b"q=" + b"x" * 5000)


@given(st.text(alphabet="/.%\\2fFeE05cC\x00az%", max_size=24))
def test_what_passes_reads_the_same_decoded_once_or_twice_and_never_climbs(tail: str) -> None:
    path = "/" + tail
    try:
        check_target(path.encode(), b"")
    except BadPath:
        return
    once = unquote(path)
    assert unquote(once) == once
    assert once.count("/") == path.count("/")
    assert "\\" not in once
    assert "\x00" not in once
    assert not {"", ".", ".."} & set(once.split("/")[1:-1])
    assert once.rpartition("/")[2] not in (".", "..")
