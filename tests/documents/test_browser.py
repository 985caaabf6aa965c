"""HTML documents in a browser: nothing runs over the edge, every formula is drawn, and what the script adds works."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen import typesetting
from codegen.formats.html.page import render
from derive.language import gallery
from tests.documents.gallery import outlined

sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

WIDE, NARROW = 1280, 390
# Portions of the gallery, for several processes.
PARTS = 4
USED = ("mlp", "lstm")

# What is wrong in a page as it is drawn now.
FAULTS = """() => {
  const found = [];
  const edge = document.documentElement.clientWidth + 1;
  const across = document.documentElement.scrollWidth;
  if (across > edge) found.push(`the page is ${across} wide`);
  if (document.querySelector("merror")) found.push("a formula has an error");
  for (const math of document.querySelectorAll("math")) {
    if (!math.checkVisibility()) continue;
    const box = math.getBoundingClientRect();
    if (!box.width || !box.height) found.push(`nothing is drawn of ${math.getAttribute("alttext")}`);
  }
  for (const row of document.querySelectorAll(".row")) {
    if (!row.checkVisibility()) continue;
    const filled = [...row.children].filter((item) => item.childElementCount);
    const boxes = filled.map((item) => item.getBoundingClientRect());
    boxes.forEach((a, place) => boxes.slice(place + 1).forEach((b) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1) found.push(`overlapping: ${row.innerText.slice(0, 60)}`);
    }));
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


def address(name: str, folder: Path) -> str:
    path = folder / f"{name}.html"
    if not path.exists():
        path.write_text(render(outlined(name)), encoding="utf-8")
    return path.as_uri()


class Opened:
    """A page in a tab of its own, with what it says on the console."""

    def __init__(self, browser: Any, target: str, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": WIDE, "height": 900}, **options)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.said.append(request.url) if request.url != target else None)
        self.page.goto(target)

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_of_the_gallery_fits_wide_and_narrow(part: int, browser: Any, folder: Path) -> None:
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    found = {}
    for name in gallery()[part::PARTS]:
        page.set_viewport_size({"width": WIDE, "height": 900})
        page.goto(address(name, folder))
        found[name, WIDE] = page.evaluate(FAULTS)
        assert page.evaluate("'ready' in document.documentElement.dataset"), name
        page.set_viewport_size({"width": NARROW, "height": 844})
        found[name, NARROW] = page.evaluate(FAULTS)
        found[name, 0], said = said, []
    context.close()
    assert {place: faults for place, faults in found.items() if faults} == {}


def test_formulas_are_drawn_as_mathematics(browser: Any, folder: Path) -> None:
    with Opened(browser, address("mlp", folder)) as page:
        fraction, letter = page.evaluate(
            """() => { const fraction = document.querySelector(".rows mfrac");
            return [fraction, fraction.querySelector("mi")].map((item) => item.getBoundingClientRect().height); }"""
        )
        assert fraction > 1.8 * letter


def test_without_script_everything_is_there(browser: Any, folder: Path) -> None:
    with Opened(browser, address("mlp", folder), java_script_enabled=False) as page:
        assert not page.locator(".tools").is_visible()
        assert not page.locator("#panel").is_visible()
        assert page.locator("details.derivation:not([open])").count() == 0
        forms = page.locator(".form")
        assert forms.count() > 8 and all(forms.nth(place).is_visible() for place in range(forms.count()))
        names = page.locator(".form-name")
        assert names.count() == forms.count() and all(names.nth(place).is_visible() for place in range(names.count()))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", USED)
def test_what_the_script_adds(name: str, scheme: str, browser: Any, folder: Path) -> None:
    opened = Opened(browser, address(name, folder), color_scheme=scheme, reduced_motion="reduce")
    with opened as page:
        _notations(page)
        _folds(page)
        _symbols(page)
        _colours(page, scheme)
        assert page.evaluate(FAULTS) == []
    assert opened.said == []


def _notations(page: Any) -> None:
    """One choice of a notation is the choice everywhere; a link to an equation shows the notation that has it."""
    groups = page.locator(".forms:has([role=tablist])")
    assert groups.count() > 2
    group = groups.first
    group.get_by_role("tab").nth(1).click()
    kind = group.locator(".form:visible").get_attribute("data-form")
    assert kind == "matrix"
    for place in range(groups.count()):
        forms = groups.nth(place).locator(".form:visible")
        assert forms.count() == 1
        assert forms.get_attribute("data-form") == kind or not groups.nth(place).locator("[data-form=matrix]").count()
    page.keyboard.press("ArrowRight")
    assert group.locator(".form:visible").get_attribute("data-form") in ("code", "index")
    group.get_by_role("tab").nth(1).click()
    assert not page.locator("#eq-1").is_visible()
    page.locator('td a[href="#eq-1"]').first.click()
    page.locator("#eq-1").wait_for(state="visible")


def _folds(page: Any) -> None:
    """All derivations fold at once, each by itself, and a link to what is folded opens it."""
    derivations = page.locator("details.derivation")
    every = derivations.count()
    assert every > 2
    button = page.locator("#fold")
    label = button.text_content()
    button.click()
    assert page.locator("details.derivation[open]").count() == 0
    assert button.text_content() != label
    derivations.first.locator("summary").first.click()
    assert page.locator("details.derivation[open]").count() == 1
    button.click()
    button.click()
    assert page.locator("details.derivation[open]").count() == every


def _symbols(page: Any) -> None:
    """A symbol that is pointed at, or reached by the keyboard, is marked everywhere and explained."""
    panel = page.locator("#panel")
    row = page.locator("tr[data-about] .symbol").last
    row.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert panel.is_visible() and panel.locator("math").count() > 0
    assert page.locator(".marked").count() > 2
    page.keyboard.press("Escape")
    assert not panel.is_visible() and page.locator(".marked").count() == 0
    page.locator(".rows [data-symbol]:visible").first.hover()
    panel.wait_for(state="visible")
    page.mouse.move(1, 1)
    panel.wait_for(state="hidden")
    if typesetting.is_installed():
        node = page.locator("svg .node.value").first
        node.click()
        assert panel.is_visible() and page.locator(".edge.lit").count() > 0
        shown = panel.inner_html()
        page.mouse.move(1, 1)
        page.wait_for_timeout(400)
        assert panel.is_visible(), "a click keeps it"
        page.keyboard.press("Escape")
        node.focus()
        page.keyboard.press("Enter")
        assert panel.inner_html() == shown
        page.keyboard.press("Escape")


def _colours(page: Any, scheme: str) -> None:
    """The colours follow the system until they are chosen, and what is chosen stays."""
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    assert (_brightness(before) > 0.5) == (scheme == "light")
    for _ in range(2):
        page.evaluate("document.querySelectorAll('details').forEach((item) => item.open = true)")
        assert _faint(page) == []
        page.locator("#theme").click()
    page.locator("#theme").click()
    page.wait_for_timeout(500)  # the browser writes down what it remembers a little later
    page.reload()
    assert (_brightness(page.evaluate(ground)) > 0.5) == (scheme != "light")


def _faint(page: Any) -> list[str]:
    """Kinds of text whose contrast to what is behind them is below 4.5."""
    kinds = "p, a.ref, .origin, .reason, .section-number, figcaption, summary, code, th, .tabs button, .tools button"
    colours = page.evaluate(
        """(kinds) => {
          const ground = (item) => getComputedStyle(item).backgroundColor;
          const clear = (item) => /, 0\\)$|transparent/.test(ground(item));
          return kinds.split(", ").flatMap((kind) => [...document.querySelectorAll(kind)].slice(0, 3).map((item) => {
            let behind = item;
            while (behind !== document.body && clear(behind)) behind = behind.parentElement;
            return [kind, getComputedStyle(item).color, ground(behind)];
          }));
        }""",
        kinds,
    )
    return [kind for kind, ink, ground in colours if _contrast(ink, ground) < 4.5]


def _brightness(colour: str) -> float:
    """The relative luminance of rgb(...)."""
    channels = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    if not colour.startswith("rgb"):
        channels = [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    low, high = sorted((_brightness(first), _brightness(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("allowed", [True, False], ids=["clipboard", "without clipboard"])
def test_copying_gives_latex_and_code(allowed: bool, browser: Any, folder: Path) -> None:
    with Opened(browser, address("mlp", folder)) as page:
        page.evaluate(
            """(allowed) => { window.taken = [];
            Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => {
              if (!allowed) throw new Error("not allowed");
              taken.push(text); } } });
            document.execCommand = () => taken.push(document.activeElement.value) > 0; }""",
            allowed,
        )
        block = page.locator(".rows.chain").first
        block.hover()
        block.locator(".copy").click()
        code = page.locator(".code:visible").first
        if code.count() == 0:
            page.get_by_role("tab", name="NumPy").first.click()
            code = page.locator(".code:visible").first
        code.hover()
        code.locator(".copy").click()
        page.wait_for_function("taken.length === 2")
        latex, lines = page.evaluate("taken")
        assert latex.startswith("\\begin{aligned}\n") and latex.endswith("\n\\end{aligned}")
        assert latex.count("&=") == block.locator(".row").count()
        assert r"\frac{\partial" in latex and r"\text{reciprocal rule $" in latex
        assert lines.splitlines()[0] == "z1 = x @ W1 + b1"


def test_on_paper_everything_is_unfolded(browser: Any, folder: Path) -> None:
    with Opened(browser, address("mlp", folder), color_scheme="dark") as page:
        page.locator("#fold").click()
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("main details:not([open])").count() == 0
        forms = page.locator("main .form")
        assert all(forms.nth(place).is_visible() for place in range(forms.count()))
        assert not page.locator(".tools").is_visible() and not page.locator(".tabs").first.is_visible()
        assert _brightness(page.evaluate("getComputedStyle(document.body).backgroundColor")) == 1.0
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("main details:not([open])").count() > 0


def test_a_reader_can_skip_to_the_content(browser: Any, folder: Path) -> None:
    with Opened(browser, address("lstm", folder)) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.wait_for_url("**#content")
