"""Messages: they go by themselves, speak the chosen language and cover nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.steps import drop, pick, until
from studio.test_screens import SCREENS, visit

SAY = """([kind, text]) => import('/static/js/elements/toast.js').then(({ tell, complain }) =>
  (kind === 'done' ? tell(text) : complain(new Error(text))))"""
COVERED = """() => {
  const toasts = document.querySelector('.toasts');
  const controls = 'button, a[href], input, select, textarea, summary, [role=slider], [role=tab]';
  return [...document.querySelectorAll(controls)].flatMap((control) => {
    const seen = control.checkVisibility({ visibilityProperty: true });
    if (toasts.contains(control) || !seen) return [];
    const { left, right, top, bottom } = control.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return [];
    const covered = toasts.contains(document.elementFromPoint(x, y));
    return covered ? [control.outerHTML.slice(0, 120)] : [];
  });
}"""


def messages(page: Any) -> Any:
    return page.get_by_role("log").get_by_role("button", name="Dismiss", include_hidden=True)


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (390, 844), (360, 640)])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_message_covers_no_control(
    page: Any, files: list[Path], screen: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto("/")
    pick(page, files[:1])
    visit(page, screen)
    before = page.evaluate("document.documentElement.scrollWidth")
    page.evaluate(SAY, ["error", "Something long went wrong with a file, and this says why. " * 3])
    messages(page).first.wait_for()
    assert page.evaluate(COVERED) == []
    # It has room enough to be read.
    assert page.locator(".toast").bounding_box()["width"] > 220
    assert page.evaluate("document.documentElement.scrollWidth") <= max(before, size[0])


def test_messages_go_by_themselves_but_not_while_they_are_read(page: Any) -> None:
    page.clock.install()
    page.goto("/")
    page.get_by_role("heading", level=1).wait_for()
    page.evaluate(SAY, ["done", "Saved"])
    page.evaluate(SAY, ["error", "It is broken"])
    # The newest is shown, with how many there are.
    page.get_by_role("log").get_by_text("It is broken").wait_for()
    assert not page.get_by_role("log").get_by_text("Saved").is_visible()
    page.get_by_role("log").get_by_text("It is broken").hover()
    page.clock.run_for(60_000)
    assert messages(page).count() == 2
    page.mouse.move(5, 500)
    page.clock.run_for(10_000)
    assert page.get_by_role("log").get_by_text("It is broken").is_visible()
    page.clock.run_for(4000)
    until(page, lambda: page.get_by_role("log").get_by_text("Saved").is_visible())
    page.clock.run_for(10_000)
    until(page, lambda: messages(page).count() == 0)


@pytest.mark.parametrize(
    ("code", "cut", "advice"),
    [
        ("en", "note.png: a text file, not a picture", "Supported are PNG, JPEG"),
        ("ja", "note.png: 画像ではなくテキストファイルです", "対応形式：PNG"),
        ("zh", "note.png: 这是文本文件，不是图片", "支持：PNG"),
    ],
)
def test_what_the_server_says_is_in_the_language(
    page: Any, tmp_path: Path, code: str, cut: str, advice: str
) -> None:
    (tmp_path / "note.png").write_text("no picture at all")
    page.goto("/")
    page.get_by_role("combobox", name="Language").select_option(code)
    page.locator("#goals-title").wait_for()
    drop(page, tmp_path / "note.png")
    page.get_by_role("log").get_by_text(cut).wait_for()
    assert page.get_by_role("log").get_by_text(advice).is_visible()


def test_an_unknown_message_says_its_kind(page: Any) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Language").select_option("ja")
    page.locator("#goals-title").wait_for()
    said = page.evaluate("""() => import('/static/js/i18n.js').then(({ inLanguage }) =>
      inLanguage({ title: 'OutputError', detail: 'the moon is full', hint: 'wait' }))""")
    assert said == {"text": "結果を書き込めませんでした。", "hint": "the moon is full · wait"}
