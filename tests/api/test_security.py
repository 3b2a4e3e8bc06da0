"""Who may come in, how much they may send, and how slowly."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import PATIENCE, serving
from starlette.datastructures import Headers

from nijigen.api.access.attempts import Attempts
from nijigen.api.access.gate import Gate
from nijigen.api.access.sessions import Sessions
from nijigen.api.access.token import Token
from nijigen.api.config import Config
from nijigen.api.refusals import WrongHost
from nijigen.imaging.files import encode
from pictures import drawing

TOKEN = "open-sesame-open-sesame"
DRAWING = encode(drawing(), "png")


def problem(answer: httpx.Response, status: int, title: str) -> dict[str, str]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, str] = answer.json()
    assert (told["status"], told["title"]) == (status, title)
    assert told["type"] == f"/problems/{title}"
    assert told["detail"]
    return told


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.5", "localhost.", "localhost@x"]
)
def test_other_names_are_refused(client: httpx.Client, host: str) -> None:
    """DNS rebinding: a page of evil.example whose name was moved to 127.0.0.1."""
    answer = client.get("/api/jobs", headers={"Host": host})
    assert answer.status_code in (400, 421), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8750"])
def test_our_own_names_are_taken(client: httpx.Client, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "file://"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_sites_change_nothing(client: httpx.Client, headers: dict[str, str]) -> None:
    problem(client.post("/api/queue/pause", headers=headers), 403, "CrossOrigin")
    problem(client.delete("/api/jobs/x", headers=headers), 403, "CrossOrigin")
    assert client.get("/api/jobs").json()["paused"] is False


def test_our_own_page_may(client: httpx.Client) -> None:
    origin = str(client.base_url).rstrip("/")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/queue/resume", headers=headers).status_code == 200


def test_browsers_get_strict_headers(client: httpx.Client) -> None:
    for path in ("/healthz", "/api/jobs", "/no/such/page", "/static/none.js"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


def test_everything_unknown_is_a_problem(client: httpx.Client) -> None:
    problem(client.get("/api/nothing"), 404, "NotFound")
    problem(client.get("/static/../../../etc/passwd"), 404, "NotFound")
    problem(client.get("/static/%2e%2e/%2e%2e/__init__.py"), 404, "NotFound")
    told = problem(client.put("/healthz"), 405, "MethodNotAllowed")
    assert "GET" in told["hint"]
    json = {"content-type": "application/json"}
    problem(client.post("/api/jobs", content=b"{", headers=json), 400, "BadRequest")
    problem(client.post("/api/jobs", content=b"[]", headers=json), 422, "SettingsError")
    deep = b"[" * 100_000 + b"]" * 100_000
    assert 400 <= client.post("/api/jobs", content=deep, headers=json).status_code < 500
    # A form may be sent by any site's page without asking; JSON may not.
    plain = {"content-type": "text/plain"}
    body = b'{"operation": "formats.convert"}'
    problem(client.post("/api/jobs", content=body, headers=plain), 422, "SettingsError")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("jobs", r'{"operation": "\ud800"}'),
        ("jobs", r'{"operation": "formats.convert", "inputs": {"\ud800": "x"}}'),
        ("jobs", r'{"operation": "formats.convert", "inputs": {"picture": "\ud800"}}'),
        ("jobs", r'{"operation": "formats.convert", "settings": {"\ud800": 1}}'),
        ("jobs", r'{"operation": "tests.slow", "settings": {"seconds": NaN}}'),
        ("jobs", r'{"operation": "tests.slow", "settings": {"seconds": 1e999}}'),
        ("jobs", '{"operation": "tests.slow", "settings": {"shade": %s}}' % ("9" * 5000)),
        ("commands/recipes.save", r'{"inputs": {"name": "\ud800", "recipe": "x"}}'),
        ("commands/recipes.save", r'{"inputs": {"name": "x", "recipe": "\ud800"}}'),
        ("confirmations", r'{"id": "\ud800"}'),
        ("archives", r'{"files": [{"picture": "\ud800"}]}'),
        ("previews", r'{"operation": "\ud800", "inputs": {}}'),
        ("describe", r'{"operation": "formats.convert", "file": "\ud800"}'),
    ],
)
def test_texts_and_numbers_that_are_none(client: httpx.Client, path: str, body: str) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post(f"/api/{path}", content=body.encode(), headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["pictures/%ff", "operations/%ff", "jobs/%ff", "models/%ff"])
def test_addresses_that_are_no_text(client: httpx.Client, path: str) -> None:
    problem(client.get(f"/api/{path}"), 404, "NotFound")


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with a token and narrow limits."""
    config = Config(
        data=tmp_path_factory.mktemp("strict"),
        token=TOKEN,
        max_upload=200_000,
        max_body=10_000,
        max_files=2,
    )
    with serving(config) as client:
        yield client


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that waits so short a time that a busy machine is too slow for it at times."""
    config = Config(
        data=tmp_path_factory.mktemp("data"), token=TOKEN, upload_pause=0.5, upload_seconds=1.5
    )
    with serving(config) as client:
        yield client


def test_a_body_may_not_be_too_large(strict: httpx.Client) -> None:
    large = {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 300_000)}
    problem(strict.request("POST", "/api/pictures", files=large), 413, "UploadTooLarge")

    def in_pieces() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        for _ in range(60):
            yield b"x" * 10_000
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = strict.request("POST", "/api/pictures", content=in_pieces(), headers=headers)
    problem(answer, 413, "UploadTooLarge")
    answer = strict.request("POST", "/api/jobs", json={"operation": "x" * 20_000})
    problem(answer, 413, "UploadTooLarge")
    assert strict.request("GET", "/api/jobs").status_code == 200


def test_not_too_many_files_nor_fields(strict: httpx.Client) -> None:
    many = [("picture", ("a.png", DRAWING))] * 3
    answer = strict.request("POST", "/api/operations/formats.convert", files=many)
    problem(answer, 413, "TooManyFiles")
    answer = strict.request("POST", "/api/pictures", files=[("file", ("a.png", DRAWING))] * 3)
    problem(answer, 413, "TooManyFiles")
    fields = {f"f{n}": "" for n in range(300)}
    files = {"file": ("a.png", DRAWING)}
    answer = strict.request("POST", "/api/pictures", files=files, data=fields)
    problem(answer, 400, "BadRequest")
    answer = strict.request("POST", "/api/pictures", files=files, data={"f": "x" * 70_000})
    problem(answer, 400, "BadRequest")


@pytest.mark.parametrize("dribble", [False, True])
def test_slow_uploads_time_out(hurried: httpx.Client, dribble: bool) -> None:
    """Both who stops in the middle, and who sends a byte now and then for ever."""
    address = hurried.base_url.host, hurried.base_url.port or 0
    with socket.create_connection(address, timeout=PATIENCE) as line:
        line.sendall(
            b"POST /api/pictures HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n"
            b"Authorization: Bearer open-sesame-open-sesame\r\n"
            b"\r\n--b\r\n"
        )
        line.settimeout(0.2 if dribble else PATIENCE)
        said = b""
        for _ in range(500):
            # Whoever is refused may find the line closed.
            with contextlib.suppress(TimeoutError, ConnectionError):
                said += line.recv(10_000)
            if b"UploadTooSlow" in said:
                break
            with contextlib.suppress(ConnectionError):
                line.sendall(b"x" * dribble)
    assert said.startswith(b"HTTP/1.1 408")
    assert b"UploadTooSlow" in said


def test_who_hangs_up_in_the_middle_leaves_nothing(strict: httpx.Client) -> None:
    address = strict.base_url.host, strict.base_url.port or 0
    for _ in range(5):
        with socket.create_connection(address, timeout=PATIENCE) as line:
            line.sendall(
                b"POST /api/pictures HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\n"
                b"Authorization: Bearer open-sesame-open-sesame\r\n\r\n--b\r\n"
                b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * 2000
            )
    assert strict.get("/healthz").status_code == 200


def test_elsewhere_our_addresses_are_taken_as_host() -> None:
    open_to_all = Config(data=Path(), host="0.0.0.0")
    assert not open_to_all.local
    token = Token(TOKEN)
    gate = Gate(None, open_to_all, token, Sessions(token), Attempts())  # type: ignore[arg-type]
    gate._check_host(Headers({"host": "192.168.1.5:8750"}))
    gate._check_host(Headers({"host": f"{socket.gethostname()}:8750"}))
    with pytest.raises(WrongHost):
        gate._check_host(Headers({"host": "evil.example"}))
