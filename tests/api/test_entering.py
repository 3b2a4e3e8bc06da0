"""How browsers and programs get in: the token, one-time links, sessions."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import PATIENCE, SOURCE, Process, new_browser, serving, token_of

from nijigen.api.access import attempts, links
from nijigen.api.access.links import Links, link
from nijigen.api.access.token import Token
from nijigen.api.config import Config
from nijigen.api.refusals import LinkExpired, LinkInvalid, LinkUsed, TokenRequired, TooManyAttempts
from nijigen.core.errors import InputError, NijigenError

TOKEN = Token("a-token-of-the-test-s")
PUBLIC = ("/", "/static/js/app.js", "/static/locales/ja.json", "/healthz")
OPEN = ("/healthz", "/api/session")
CLOSED = ("/api/operations", "/api/openapi.json", "/api/pictures/x/file", "/api/jobs/events")


@pytest.fixture
def outside(client: httpx.Client) -> Iterator[httpx.Client]:
    """A client without the token."""
    with httpx.Client(base_url=client.base_url, timeout=PATIENCE) as made:
        yield made


def code(token: Token = TOKEN) -> str:
    return link("", token).removeprefix(links.FRAGMENT)


def enter(client: httpx.Client, code: str) -> httpx.Response:
    return client.post("/api/session", json={"code": code})


def refused(answer: httpx.Response, title: str, status: int = 401) -> bool:
    assert answer.headers["content-type"] == "application/problem+json"
    return (answer.status_code, answer.json()["title"]) == (status, title)


def test_the_page_and_health_need_no_token_and_all_else_does(
    client: httpx.Client, outside: httpx.Client, config: Config
) -> None:
    for path in PUBLIC:
        assert outside.get(path).status_code == 200, path
    for path in CLOSED:
        answer = outside.get(path)
        assert refused(answer, "TokenRequired"), path
        assert answer.headers["www-authenticate"] == "Bearer"
        hint = f'-H "Authorization: Bearer $(cat {config.data}/token)"'
        assert hint in answer.json()["hint"]
    for method, path in (("POST", "/"), ("POST", "/static/js/app.js"), ("PUT", "/api/pictures")):
        assert refused(outside.request(method, path), "TokenRequired")
    for path in ("/static/../api/jobs", "/static/%2e%2e/api/jobs", "//api/jobs", "/api/jobs/"):
        assert outside.get(path).status_code in (401, 404), path
    assert client.get("/api/jobs").status_code == 200


def test_every_path_needs_the_token(client: httpx.Client, outside: httpx.Client) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["security"] == [{"token": []}]
    asked = 0
    for path, methods in document["paths"].items():
        assert all("security" in entry for entry in methods.values()) == (path in OPEN)
        for method in methods if path not in OPEN else ():
            answer = outside.request(method, path.replace("{", "").replace("}", ""))
            assert refused(answer, "TokenRequired"), (method, path)
            asked += 1
    assert asked > 50


@pytest.mark.parametrize("form", ["Bearer wrong", "{}", "Basic {}", "Bearer", "Bearer {}x", ""])
def test_a_wrong_token(client: httpx.Client, config: Config, form: str) -> None:
    given = form.format(token_of(config.data))
    answer = client.get("/api/jobs", headers={"Authorization": given})
    assert refused(answer, "TokenRequired") or refused(answer, "TooManyAttempts", 429)


def test_the_token_is_not_taken_from_addresses_nor_cookies(
    outside: httpx.Client, config: Config
) -> None:
    token = token_of(config.data)
    port = outside.base_url.port
    assert refused(outside.get(f"/api/jobs?token={token}"), "TokenRequired")
    for name in ("token", "nijigen_token", f"nijigen_session_{port}"):
        answer = outside.get("/api/jobs", headers={"Cookie": f"{name}={token}"})
        assert refused(answer, "TokenRequired")


def test_a_link_lets_one_browser_in_once(outside: httpx.Client, config: Config) -> None:
    given = code(Token.read(config.data / "token"))
    answer = enter(outside, given)
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"nijigen_session_{outside.base_url.port}=")
    for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="):
        assert word in cookie
    assert token_of(config.data) not in cookie
    assert given not in cookie
    assert outside.get("/api/jobs").status_code == 200
    # The same browser may open it again; another may not.
    assert enter(outside, given).status_code == 204
    with httpx.Client(base_url=outside.base_url) as other:
        answer = enter(other, given)
        assert refused(answer, "LinkUsed")
        assert "nijigen studio link" in answer.json()["hint"]
        assert "set-cookie" not in answer.headers
        assert refused(other.get("/api/jobs"), "TokenRequired")


def test_looking_at_a_link_does_not_use_it_up(outside: httpx.Client, config: Config) -> None:
    """Browsers, mail scanners and chats fetch addresses before anybody has clicked."""
    address = link(str(outside.base_url), Token.read(config.data / "token"))
    for method in ("GET", "HEAD", "GET"):
        assert "set-cookie" not in outside.request(method, address).headers
    assert enter(outside, address.partition(links.FRAGMENT)[2]).status_code == 204


def test_a_link_is_exchanged_by_no_page_of_another_site(
    outside: httpx.Client, config: Config
) -> None:
    body = {"code": code(Token.read(config.data / "token"))}
    answer = outside.post("/api/session", json=body, headers={"Origin": "http://evil.example"})
    assert refused(answer, "CrossOrigin", 403)


def test_codes_expire_are_used_once_and_are_made_with_the_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = code()
    time.sleep(0.01)
    kept = Links(TOKEN)
    with pytest.raises(LinkExpired):  # The studio was started again.
        kept.use(before)
    first, second = code(), code()
    kept.use(first)
    with pytest.raises(LinkUsed):
        kept.use(first)
    for wrong in ("", "x", "é", first[:-1], first[:-2] + "AA", "A" * 40, "=" * 40, first * 2):
        with pytest.raises(LinkInvalid):
            kept.use(wrong)
    with pytest.raises(LinkInvalid):
        kept.use(code(Token("another-token-of-a-test")))
    now = time.time()
    monkeypatch.setattr(links.time, "time", lambda: now + links.SECONDS + 1)
    with pytest.raises(LinkExpired):
        kept.use(second)
    # Nothing is kept for longer than it matters.
    kept.use(code())
    assert len(kept._used) == 1


def test_forty_wrong_codes_are_slowed_down_and_the_owner_gets_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PAUSE", 0.05)
    with serving(Config(data=tmp_path)) as client, httpx.Client(base_url=client.base_url) as guess:
        began = time.monotonic()
        answers = [enter(guess, "A" * 40) for _ in range(40)]
        took = time.monotonic() - began
        assert [a.status_code for a in answers] == [401] * 10 + [429] * 30
        assert answers[-1].headers["retry-after"] == "60"
        assert took > 30 * 0.05
        with contextlib.closing(new_browser(client)) as browser:
            assert browser.get("/api/jobs").status_code == 200
        assert client.get("/api/jobs").status_code == 200
        wrong = {"Authorization": "Bearer wrong"}
        assert guess.get("/api/jobs", headers=wrong).status_code == 429


def test_after_a_minute_a_mistake_is_a_mistake_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "PAUSE", 0.0)
    kept, error = attempts.Attempts(), TokenRequired("no")

    def fail() -> NijigenError:
        return asyncio.run(kept.failed(error))

    assert {type(fail()) for _ in range(attempts.FREE)} == {TokenRequired}
    assert isinstance(fail(), TooManyAttempts)
    now = time.monotonic()
    monkeypatch.setattr(attempts.time, "monotonic", lambda: now + attempts.WINDOW + 1)
    assert fail() is error


def studio(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nijigen", "studio", *arguments]
    changes = {**os.environ, "PYTHONPATH": str(SOURCE), **environment}
    return subprocess.run(command, capture_output=True, text=True, env=changes, timeout=PATIENCE)


def test_a_running_studio(tmp_path: Path, plug_ins: Path) -> None:
    data = tmp_path / "data"
    server = Process(data, plug_ins)
    token = token_of(data)
    with httpx.Client(base_url=server.client.base_url) as browser:
        assert enter(browser, server.link.partition(links.FRAGMENT)[2]).status_code == 204
        # A new link for another one.
        new = studio("link", "--data", str(data))
        assert new.stdout.strip().startswith(f"{browser.base_url}{links.FRAGMENT}")
        with httpx.Client(base_url=server.client.base_url) as other:
            assert enter(other, new.stdout.strip().partition(links.FRAGMENT)[2]).status_code == 204
        busy = studio("--new-token", "--no-browser", "--data", str(data))
        assert busy.returncode == 2
        assert "in use by another Nijigen process" in busy.stderr
        assert token_of(data) == token
        if Path("/proc").exists():
            assert token not in Path(f"/proc/{server.process.pid}/cmdline").read_text()
        enter(browser, "x" * 40)
        browser.get("/api/jobs", headers={"Authorization": "Bearer wrong"})
        server.end()
        assert token not in server.printed()
        assert token not in new.stdout + busy.stderr + (data / "lock").read_text()

        # The next start has the same token, and sessions go on.
        again = Process(data, plug_ins)
        assert token_of(data) == token
        assert httpx.get(f"{again.client.base_url}api/jobs").status_code == 401
        name = next(iter(browser.cookies))
        cookie = {f"nijigen_session_{again.client.base_url.port}": browser.cookies[name]}
        assert httpx.get(f"{again.client.base_url}api/jobs", cookies=cookie).status_code == 200
        again.end()

        # A new token ends everything.
        changed = Process(data, plug_ins, "--new-token")
        assert token_of(data) != token
        cookie = {f"nijigen_session_{changed.client.base_url.port}": browser.cookies[name]}
        address = f"{changed.client.base_url}api/jobs"
        assert httpx.get(address, cookies=cookie).status_code == 401
        old = {"Authorization": f"Bearer {token}"}
        assert httpx.get(address, headers=old).status_code == 401
        assert changed.client.get("/api/jobs").status_code == 200
        changed.end()
        assert "the token was replaced" in changed.printed()
        nobody = studio("link", "--data", str(data))
        assert nobody.returncode == 3
        assert "no studio is running" in nobody.stderr


def test_a_token_from_the_environment(
    tmp_path: Path, plug_ins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "of-the-environment-0"
    monkeypatch.setenv("NIJIGEN_TOKEN", token)
    refusal = studio("--new-token", "--data", str(tmp_path))
    assert (refusal.returncode, "NIJIGEN_TOKEN" in refusal.stderr) == (2, True)
    short = studio("--data", str(tmp_path / "a"), "--no-browser", NIJIGEN_TOKEN="short")
    assert (short.returncode, "20 to 200" in short.stderr) == (2, True)
    server = Process(tmp_path / "b", plug_ins, token=token)
    assert server.client.get("/api/jobs").status_code == 200
    assert not (tmp_path / "b" / "token").exists()
    made = studio("link", "--data", str(tmp_path / "b")).stdout.strip()
    with httpx.Client(base_url=server.client.base_url) as browser:
        assert enter(browser, made.partition(links.FRAGMENT)[2]).status_code == 204
    server.end()
    assert 'Bearer $NIJIGEN_TOKEN"' in server.printed()
    assert token not in server.printed()


def test_a_damaged_token_is_said(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("short\n")
    with pytest.raises(InputError, match="invalid") as caught:
        Token.of(tmp_path / "token")
    assert "--new-token" in caught.value.hint
    assert Token.new(tmp_path / "token").is_same(token_of(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_a_token_that_others_could_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Token.new(tmp_path / "token")
    (tmp_path / "token").chmod(0o644)
    with caplog.at_level(logging.WARNING):
        Token.of(tmp_path / "token")
    assert "others could read" in caplog.text
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
