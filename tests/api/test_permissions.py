"""Who may change what lasts: confirmations, sessions and scopes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import new_browser, serving, until

from nijigen.api.access import confirmations
from nijigen.api.access.confirmations import Confirmations, call_of
from nijigen.api.config import Config
from nijigen.core import registry
from nijigen.imaging.files import encode
from pictures import drawing

CALL: dict[str, Any] = {"id": "tests.fetch", "inputs": {"name": "one"}, "settings": {}}


class Page:
    """A page of the studio, as a browser shows it."""

    def __init__(self, client: httpx.Client, **headers: str | None) -> None:
        self.client = new_browser(client)
        origin = str(client.base_url).rstrip("/")
        sent = {"Origin": origin, "Sec-Fetch-Site": "same-origin", "Nijigen-Studio": "1"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}  # type: ignore[misc]
        self.headers = {name: value for name, value in sent.items() if value is not None}

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *told: object) -> None:
        self.client.close()

    def post(self, path: str, json: Any) -> httpx.Response:
        return self.client.post(path, json=json, headers=self.headers)

    def confirm(self, call: dict[str, Any] = CALL) -> str:
        answer = self.post("/api/confirmations", call)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["confirmation"])


@pytest.fixture
def page(client: httpx.Client) -> Iterator[Page]:
    with Page(client) as made:
        yield made


def call(call: dict[str, Any] = CALL, **more: Any) -> tuple[str, dict[str, Any]]:
    body = {"inputs": call["inputs"], "settings": call["settings"], **more}
    return f"/api/commands/{call['id']}", body


def refused(answer: httpx.Response, word: str = "must be confirmed") -> bool:
    assert answer.status_code == 403, answer.text
    problem = answer.json()
    assert word in problem["detail"]
    assert "--allow" in problem["hint"]
    return True


def test_a_confirmation_lets_one_call_through_once(page: Page) -> None:
    path, body = call(confirmation=page.confirm())
    assert page.post(path, body).status_code == 202
    assert refused(page.post(path, body), "used or expired")


def test_a_confirmation_tells_what_will_be_done(page: Page) -> None:
    told = page.post("/api/confirmations", CALL).json()
    assert told["text"] == "Act as if something were fetched.\n• fetch one"
    assert told["changes"] == ["fetch one"]


@pytest.mark.parametrize(
    "other",
    [
        {"id": "tests.write", "inputs": {"words": "one"}},
        {"inputs": {"name": "two"}},
        {"inputs": {}},
    ],
)
def test_a_confirmation_names_exactly_one_call(page: Page, other: dict[str, Any]) -> None:
    code = page.confirm()
    path, body = call(CALL | other, confirmation=code)
    assert refused(page.post(path, body), "for another call")
    # It was used up by that.
    path, body = call(confirmation=code)
    assert refused(page.post(path, body))


def test_a_confirmation_is_of_one_session(client: httpx.Client, page: Page) -> None:
    with Page(client) as other:
        path, body = call(confirmation=page.confirm())
        assert refused(other.post(path, body))
    path, body = call(confirmation=page.confirm())
    assert refused(client.post(path, json=body))


def test_confirmations_expire_and_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, name = Confirmations(), call_of("a.b", {}, {})
    code, expires = kept.give(name, "s")
    assert 0 < expires - time.time() <= confirmations.SECONDS
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + confirmations.SECONDS + 1)
    assert not kept.use(code, name, "s")
    first, _ = kept.give(name, "s")
    last = [kept.give(name, "s")[0] for _ in range(confirmations.MOST)][-1]
    assert not kept.use(first, name, "s")
    assert kept.use(last, name, "s")
    assert not kept.use(last, name, "s")
    assert not kept.use("☆" * 9, name, "s")


def test_the_same_call_in_another_order_is_the_same() -> None:
    assert call_of("a.b", {"x": "1", "y": ["2"]}, {}) == call_of("a.b", {"y": ["2"], "x": "1"}, {})
    assert call_of("a.b", {"x": "1"}, {}) != call_of("a.b", {}, {"x": "1"})


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": None},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "same-site"},
        {"Nijigen_Studio": None},
        {"Origin": None},
    ],
)
def test_only_pages_of_the_studio_obtain_confirmations(
    client: httpx.Client, headers: dict[str, str | None]
) -> None:
    with Page(client, **headers) as made:
        assert refused(made.post("/api/confirmations", CALL), "only the studio's own page")


def test_a_program_is_not_a_page(client: httpx.Client) -> None:
    with Page(client, Authorization=client.headers["Authorization"]) as made:
        assert refused(made.post("/api/confirmations", CALL), "only the studio's own page")
        made.client.cookies.clear()
        assert refused(made.post("/api/confirmations", CALL), "only the studio's own page")


def test_other_sites_are_refused_at_the_gate(client: httpx.Client) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}):
        with Page(client, **headers) as made:
            answer = made.post("/api/confirmations", CALL)
            assert (answer.status_code, answer.json()["title"]) == (403, "CrossOrigin")


def test_programs_are_rejected_with_a_hint(client: httpx.Client) -> None:
    for path, body in (
        call(),
        call({"id": "tests.write", "inputs": {"words": "x"}, "settings": {}}),
        ("/api/jobs", {"operation": "tests.fetched", "inputs": {"picture": "0" * 64}}),
        ("/api/operations/tests.fetched", {"inputs": {"picture": "0" * 64}}),
        ("/api/previews", {"operation": "tests.fetched", "inputs": {"picture": "0" * 64}}),
    ):
        assert refused(client.post(path, json=body))
    files = {"picture": ("a.png", encode(drawing(), "png"))}
    assert refused(client.post("/api/operations/tests.fetched", files=files))


def test_reading_needs_no_confirmation(client: httpx.Client) -> None:
    assert client.post("/api/commands/tests.count", json={}).status_code == 202


def test_an_operation_that_uses_the_network_is_confirmed_alike(
    client: httpx.Client, page: Page
) -> None:
    files = {"file": ("a.png", encode(drawing(), "png"))}
    inputs = {"picture": client.post("/api/pictures", files=files).json()["id"]}
    named = {"id": "tests.fetched", "inputs": inputs}
    code = page.confirm({**named, "settings": {}})
    path = "/api/operations/tests.fetched"
    assert page.post(path, {"inputs": inputs, "confirmation": code}).status_code == 200
    code = page.confirm({**named, "settings": {}})
    body = {"operation": "tests.fetched", "inputs": inputs, "confirmation": code}
    assert page.post("/api/jobs", body).status_code == 202


def test_a_job_that_is_done_again_is_confirmed_again(client: httpx.Client, page: Page) -> None:
    settings = {"seconds": 60, "name": "again"}
    named = {"id": "tests.write", "inputs": {"words": "again"}, "settings": settings}
    path, body = call(named, confirmation=page.confirm(named))
    job = page.post(path, body).json()
    client.delete(f"/api/jobs/{job['id']}")
    until(client, job["id"])
    retry = f"/api/jobs/{job['id']}/retry"
    assert refused(client.post(retry))
    assert refused(page.post(retry, {}))
    # What is written down of it, defaults included.
    again = {"id": "tests.write", "inputs": job["inputs"], "settings": job["settings"]}
    assert page.post(retry, {"confirmation": page.confirm(again)}).status_code == 202
    client.delete(f"/api/jobs/{job['id']}")
    until(client, job["id"])


def test_what_is_wrong_with_a_call_is_said_before_it_is_confirmed(page: Page) -> None:
    for change, status, word in (
        ({"id": "tests.ferch"}, 404, "tests.fetch"),
        ({"inputs": {}}, 201, ""),
        ({"inputs": {"nam": "x"}}, 422, "no input"),
        ({"settings": {"x": 1}}, 422, "no setting"),
        ({"id": "tests.write", "inputs": {"words": "a", "table": "/etc/passwd"}}, 403, "Outside"),
    ):
        answer = page.post("/api/confirmations", CALL | change)
        assert (answer.status_code, word in answer.text) == (status, True), answer.text


def test_the_owner_grants_a_scope(
    tmp_path: Path, plug_ins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(plug_ins))
    registry.refresh()
    config = Config(data=tmp_path, scopes=frozenset({"network"}))
    with serving(config) as client:
        path, body = call()
        assert client.post(path, json=body).status_code == 202
        path, body = call({"id": "tests.write", "inputs": {"words": "x"}, "settings": {}})
        assert refused(client.post(path, json=body))
    registry.refresh()
