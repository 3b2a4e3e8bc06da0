"""Which requests prove that a page of the studio sent them."""

from __future__ import annotations

import time

import pytest
from starlette.datastructures import Headers, MutableHeaders

from nijigen.api.access import sessions as module
from nijigen.api.access.sessions import DAYS, Sessions
from nijigen.api.access.token import Token

TOKEN = Token("a-token-of-the-test-s")
PAGE = {"nijigen-studio": "1", "sec-fetch-site": "same-origin"}


def begun(sessions: Sessions, host: str) -> str:
    answer = MutableHeaders()
    sessions.begin(Headers({"host": host}), answer)
    return answer["set-cookie"].partition(";")[0]


def headers(sessions: Sessions, host: str = "localhost:8750", **changes: str | None) -> Headers:
    sent: dict[str, str | None] = {
        **PAGE,
        "host": host,
        "origin": f"http://{host}",
        "cookie": begun(sessions, host),
    }
    sent |= {name.replace("_", "-"): value for name, value in changes.items()}
    return Headers({name: value for name, value in sent.items() if value is not None})


@pytest.mark.parametrize("host", ["localhost:8750", "127.0.0.1:1", "[::1]:8750", "localhost"])
def test_a_page_on_this_machine(host: str) -> None:
    sessions = Sessions(TOKEN)
    assert sessions.of_page(headers(sessions, host))
    assert not sessions.of_page(headers(sessions, host, sec_fetch_site=None))


def test_a_page_on_another_machine_says_less() -> None:
    """Over plain HTTP, browsers send no Sec-Fetch-Site to other machines."""
    sessions, host = Sessions(TOKEN), "192.168.1.5:8750"
    assert sessions.of_page(headers(sessions, host, sec_fetch_site=None))
    assert not sessions.of_page(headers(sessions, host, sec_fetch_site="cross-site"))
    assert not sessions.of_page(headers(sessions, host, origin="http://192.168.1.5:9999"))


@pytest.mark.parametrize(
    "origin", ["http://localhost:8751", "http://localhost", "null", "", "http://evil.example"]
)
def test_another_origin(origin: str) -> None:
    sessions = Sessions(TOKEN)
    assert not sessions.of_page(headers(sessions, origin=origin))


def test_a_cookie_of_another_server_or_made_up() -> None:
    sessions, other = Sessions(TOKEN), Sessions(Token("another-token-of-a-test"))
    assert not sessions.of_page(headers(other))
    for code in ("", "a", "a.", ".b", "a.b", "é.ü", "a.b.c"):
        assert not sessions.of(headers(sessions, cookie=f"nijigen_session_8750={code}"))


def test_odd_cookies_of_others_hide_none() -> None:
    sessions = Sessions(TOKEN)
    own = begun(sessions, "localhost:8750")
    for odd in ('a={"x":1}', "a=x y", "a@b=1", "é=1", "=", "'"):
        assert sessions.of(headers(sessions, cookie=f"{odd}; {own}")), odd
        assert sessions.of(headers(sessions, cookie=f"{own}; {odd}")), odd


def test_a_session_survives_a_restart_and_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = headers(Sessions(TOKEN))
    after = Sessions(TOKEN)
    assert after.of(first)
    now = time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + DAYS * 24 * 3600 + 2)
    assert not after.of(first)


def test_a_session_in_use_is_prolonged(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(TOKEN)
    sent, answer = headers(sessions), MutableHeaders()
    sessions.renew(sent, answer)
    assert "set-cookie" not in answer
    now = time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + 0.6 * DAYS * 24 * 3600)
    sessions.renew(sent, answer)
    prolonged = Headers({**sent, "cookie": answer["set-cookie"].partition(";")[0]})
    before, after = sessions.session(sent), sessions.session(prolonged)
    assert before
    assert after
    assert before.id == after.id
    assert after.expires > before.expires
    assert sessions.renew(Headers({"host": "localhost"}), answer) is None
