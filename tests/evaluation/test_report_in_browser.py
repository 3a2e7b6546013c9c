"""The report as a reader meets it: opened in a headless browser, on a phone, in the dark, printed.

Skipped, with the reason, where there is no Chromium or no playwright to drive it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.report.answers import answers_report
from bot.evaluation.report.comparison import comparison_report
from tests import deadlines

from .examples import citation, prediction
from .report_examples import Run, made_up_run
from .test_report_parts import CHANGES, Comparison, measure

pytestmark = pytest.mark.slow  # a browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
EVIL = "</script><img src=x onerror=\"document.title='taken'\"><b>bold</b>"
LONG = "Why " + "so very " * 1250 + "long?"
RIGHT_TO_LEFT = "كم من الوقت استغرق الاجتماع؟"
EMOJI = "Who wore 👩🏽‍🚀🇺🇦 and e\u0301?"
QUESTIONS = 240
PATIENCE = 1000 * deadlines.HANGS
"""As playwright counts: in milliseconds."""
Opened = Any  # a page of playwright, whose types need not be installed

CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const found = rgba(getComputedStyle(e).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255];
  };
  const low = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || ["SCRIPT", "NOSCRIPT"].includes(element.tagName)
      || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const colour = rgba(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(colour), light(ground(element))].sort((x, y) => y - x);
    seen += 1;
    if ((a + 0.05) / (b + 0.05) < 4.5) low.push(walker.currentNode.textContent.trim().slice(0, 40));
  }
  return [seen, low];
}"""

MEET = """const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;"""
COVERED = (
    "() => {"
    + MEET
    + """
  const covered = [];
  const buttons = [...document.querySelectorAll("#table tbody button")];
  for (const button of buttons) {
    const walker = document.createTreeWalker(button.closest("tr"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      if (!button.contains(walker.currentNode) && [...range.getClientRects()].some(
        (rect) => meet(rect, button.getBoundingClientRect())))
        covered.push(walker.currentNode.textContent.slice(0, 40));
    }
  }
  return [buttons.length, covered];
}"""
)
OVERLAPPING = (
    "() => {"
    + MEET
    + """
  const overlapping = [];
  let seen = 0;
  for (const picture of document.querySelectorAll(".picture svg")) {
    const labels = [...picture.querySelectorAll("text")].filter((label) => label.checkVisibility());
    seen += labels.length;
    labels.forEach((a, i) => labels.slice(i + 1).forEach((b) => {
      if (meet(a.getBoundingClientRect(), b.getBoundingClientRect()))
        overlapping.push(`${a.textContent} / ${b.textContent}`);
    }));
  }
  return [seen, overlapping];
}"""
)


# For this module, not the session: while playwright waits, nothing else may run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the PATH")
    try:
        driver = playwright.sync_playwright().start()
    except OSError as error:  # the wheel came without the driver for this system
        pytest.skip(f"playwright's driver does not start: {error}")
    try:
        launched = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
    except playwright.Error as error:
        driver.stop()
        pytest.skip(f"{program} does not start: {str(error).splitlines()[0]}")
    yield launched
    launched.close()
    driver.stop()


@contextmanager
def opened(browser: Any, address: str, **options: Any) -> Iterator[Opened]:
    """The page at ``address``; afterwards it must have been silent and asked for nothing else."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    faults: list[str] = []
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.partition("#")[0] == address.partition("#")[0]
            else faults.append(asked.url)
        ),
    )
    page.goto(address)
    try:
        yield page
        page.wait_for_load_state("networkidle")
        assert faults == []
    finally:
        context.close()


def hostile_run() -> Run:
    predictions, judgements, metrics = made_up_run(QUESTIONS)
    texts = {"evil": EVIL, "long": LONG, "rtl": RIGHT_TO_LEFT, "emoji": EMOJI}
    for id_, text in texts.items():
        cited = citation(text[:200], f"“{text[:200]}” he said.", url="https://example.org/x")
        groups = [{"answer": text[:200], "probability": 0.9, "origins": 1, "citations": [cited]}]
        predictions.append(
            prediction(id_, text[:200], groups=groups, standalone_question=text, elapsed_ms=9e4)
        )
        judgements.append(
            {
                "id": id_,
                "question": text,
                "answers": [text[:200]],
                "verdict": "right",
                "cause": None,
                "cluster": f"question {id_}",
                "strata": {"source": text[:30]},
                "measures": {"f1": 1.0},
            }
        )
    return predictions, judgements, metrics


RUN = hostile_run()
ALL = QUESTIONS + 4


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(answers_report(*RUN), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Opened]:
    with opened(browser, address) as shown:
        yield shown


def status(page: Opened, expected: int, of: int = ALL, noun: str = "questions") -> None:
    """Waits until the live region says so; a person who types waits no longer."""
    page.wait_for_function(
        "text => document.getElementById('status').textContent === text",
        arg=f"{expected} of {of} {noun}",
        timeout=PATIENCE,
    )


def search(page: Opened, text: str) -> None:
    """Types, and waits until the table has taken it up."""
    page.get_by_role("searchbox", name="Search", exact=True).fill(text)
    page.wait_for_function(
        "text => new URLSearchParams(location.hash.slice(1)).get('q') === text",
        arg=text,
        timeout=PATIENCE,
    )


def chooser(page: Opened, name: str) -> Any:
    return page.get_by_role("combobox", name=name, exact=True)


def column(page: Opened, key: str) -> list[str]:
    found = page.locator(f"#table tbody tr:not(.detail) > .{key}").all_inner_texts()
    return [text.strip() for text in found]


def count(wanted: Callable[[dict[str, Any]], bool]) -> int:
    return sum(wanted(judgement) for judgement in RUN[1])


def test_it_opens_with_the_first_hundred_rows_and_asks_for_more(page: Opened) -> None:
    assert "Answers: made-up.jsonl" in page.title()
    status(page, ALL)
    assert len(column(page, "question")) == 100
    page.get_by_role("button", name="Show 100 more").click()
    assert len(column(page, "question")) == 200
    # The keyboard goes on where the new rows begin.
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 101
    page.get_by_role("button", name=f"Show {ALL - 200} more").click()
    assert len(column(page, "question")) == ALL
    assert not page.locator("#more").is_visible()


def test_text_is_sought_in_questions_answers_and_golds_without_accents(page: Opened) -> None:
    search(page, "q00007")
    status(page, 1)
    search(page, "WHO WORE é?")
    status(page, 1)
    assert EMOJI in column(page, "question")[0]
    search(page, "nothing like this anywhere")
    status(page, 0)
    page.get_by_role("button", name="Clear").click()
    status(page, ALL)


def test_a_verdict_a_cause_and_a_stratum_filter_together(page: Opened) -> None:
    chooser(page, "Verdict").select_option("wrong")
    wrong = count(lambda j: j["verdict"] == "wrong")
    status(page, wrong)
    assert {text.split("\n")[0] for text in column(page, "verdict")} == {"wrong"}
    chooser(page, "Source").select_option("CNN")
    both = count(lambda j: j["verdict"] == "wrong" and j["strata"].get("source") == "CNN")
    assert 0 < both < wrong
    status(page, both)
    assert "verdict=wrong" in page.url
    page.reload()
    status(page, both)


def test_a_cause_leads_to_its_questions(page: Opened) -> None:
    page.get_by_role("link", name="reader", exact=True).click()
    reader = count(lambda j: j["cause"] == "reader")
    status(page, reader)
    assert chooser(page, "Cause of a miss").input_value() == "reader"
    assert page.evaluate("document.activeElement.id") == "questions"
    page.go_back()


def test_a_link_with_a_filter_opens_filtered(browser: Any, address: str) -> None:
    with opened(browser, address + "#cause=not+in+the+articles&sort=f1&dir=down") as page:
        status(page, count(lambda j: j["cause"] == "not in the articles"))
    with opened(browser, address + "#cause=no-such-cause&sort=none&x=%E0%A4%A") as page:
        status(page, ALL)


def test_numbers_sort_as_numbers_both_ways_and_nothing_comes_last(page: Opened) -> None:
    times = sorted(p["elapsed_ms"] for p in RUN[0])
    heading = page.get_by_role("columnheader", name="Time")
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    rising = [float(text.split("\u00a0")[0]) for text in column(page, "time")]
    assert rising == pytest.approx(times[:100], abs=0.5)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    falling = [float(text.split("\u00a0")[0]) for text in column(page, "time")]
    assert falling == pytest.approx(times[:-101:-1], abs=0.5)
    chooser(page, "Order").select_option("")
    chooser(page, "Sort by").select_option("f1")
    scores = [j["measures"].get("f1", 0.0) for j in RUN[1]]
    assert [float(f1) for f1 in column(page, "f1")] == pytest.approx(sorted(scores)[:100], abs=0.01)
    chooser(page, "Sort by").select_option("citation_precision")
    chooser(page, "Order").select_option("down")
    assert heading.get_attribute("aria-sort") is None
    assert "refused" not in " ".join(column(page, "verdict")), "refusals have no precision"


def test_a_row_opens_with_the_quote_marked_and_everything_found(page: Opened) -> None:
    search(page, "q00003")
    status(page, 1)
    found = next(p for p in RUN[0] if p["id"] == "q00003")
    button = page.locator("#table tbody").get_by_role("button")
    assert button.get_attribute("aria-expanded") == "false"
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    detail = page.locator("tr.detail")
    said = detail.inner_text()
    first = found["groups"][0]
    assert f"probability {first['probability']:.2f}" in said
    assert f"read time\n{found['stages']['read']:.1f}\u00a0ms" in said
    assert f"score {found['passages'][0]['score']:.3f}" in said
    assert "3 less likely ones are in predictions.jsonl" in said
    marked = detail.locator("mark").all_inner_texts()
    cited = [c["quote"] for group in found["groups"][:5] for c in group["citations"]]
    assert marked == cited
    sentence = detail.locator("blockquote").first.inner_text().split("\n")[0]
    assert cited[0] in sentence
    assert len(sentence) > len(cited[0])
    button.press("Enter")
    assert detail.count() == 0


def test_hostile_text_is_text(page: Opened) -> None:
    for id_, text in (("evil", EVIL), ("rtl", RIGHT_TO_LEFT), ("emoji", EMOJI), ("long", LONG)):
        search(page, text[:60])
        status(page, 1)
        assert column(page, "question")[0].startswith(text)
        page.locator("#table tbody").get_by_role("button").click()
        assert page.locator("tr.detail mark").inner_text() == text[:200].strip()
        assert page.locator("#table img, #table b").count() == 0, id_
    assert page.title() == "Answers: made-up.jsonl"


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(browser: Any, address: str, width: int) -> None:
    with opened(browser, address, viewport={"width": width, "height": 780}) as page:
        chooser(page, "Sort by").select_option("time")
        chooser(page, "Order").select_option("down")
        page.locator("#table tbody button").first.click()
        for fold in page.locator("details > summary").all():
            fold.click()
        wide = "document.documentElement.scrollWidth"
        assert page.evaluate(wide) == width
        headings = page.locator("#table thead").bounding_box()
        assert (headings["width"] > 1) == (width > 768), "a card's cells carry their labels"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_text_runs_under_a_button(browser: Any, address: str, width: int) -> None:
    with opened(browser, address, viewport={"width": width, "height": 780}) as page:
        seen, covered = page.evaluate(COVERED)
        assert seen >= 100
        assert covered == []


@pytest.mark.parametrize("width", [390, 1280])
def test_no_two_labels_of_a_picture_overlap(browser: Any, address: str, width: int) -> None:
    with opened(browser, address, viewport={"width": width, "height": 780}) as page:
        seen, overlapping = page.evaluate(OVERLAPPING)
        assert seen > 40
        assert overlapping == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_all_text_can_be_read_by_day_and_by_night(
    browser: Any, address: str, scheme: str, width: int
) -> None:
    size = {"width": width, "height": 900}
    with opened(browser, address, color_scheme=scheme, viewport=size) as page:
        page.locator("#table tbody button").first.click()
        page.locator("details > summary").first.click()
        seen, low = page.evaluate(CONTRAST)
        assert seen > 500
        assert low == []
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(22, 22, 20)") == (scheme == "dark")
        axis = page.locator(".picture text").first
        ink = axis.evaluate("e => getComputedStyle(e).fill")
        assert ink == ("rgb(169, 166, 158)" if scheme == "dark" else "rgb(92, 90, 85)")


def test_a_print_has_every_row_and_no_controls(page: Opened) -> None:
    chooser(page, "Verdict").select_option("wrong")
    wrong = count(lambda j: j["verdict"] == "wrong")
    status(page, wrong)
    page.get_by_role("button", name="Clear").click()
    status(page, ALL)
    page.emulate_media(media="print")
    rows = "count => document.querySelectorAll('#table tbody tr').length === count"
    page.wait_for_function(rows, arg=ALL)
    assert not page.locator("#controls").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.get_by_role("table", name="All figures").is_visible()
    page.emulate_media(media="screen")
    assert page.locator("#controls").is_visible()
    assert not page.get_by_role("table", name="All figures").is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_a_screen_reader_is_told_what_everything_is(page: Opened) -> None:
    for control in page.locator("input, select, button, summary").all():
        if control.is_visible():
            name = control.evaluate(
                "e => (e.getAttribute('aria-label') || e.closest('label')?.textContent"
                " || e.textContent).trim()"
            )
            assert name, control.evaluate("e => e.outerHTML")
    tree = page.locator("body").aria_snapshot()
    for told in (
        'img "Curve of the share of wrong answers over the share of questions answered.',
        'img "ROC curve',
        'img "Histogram of the probability',
        "At the threshold 0.35, 70.0",
        'table "Every question, with its answer, the accepted ones, scores and times"',
        'columnheader "Verdict',
        'heading "Why questions were missed" [level=2]',
        "navigation",
        "status",
    ):
        assert told in tree
    for table in page.locator("table").all():
        assert table.locator("caption").count() == 1
        assert table.locator("thead th:not([scope=col])").count() == 0
        assert table.locator("tbody tr:not(.detail) > th:not([scope=row])").count() == 0
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1
    assert page.locator("#status").get_attribute("aria-live") == "polite"


def test_the_keyboard_reaches_it_all_and_shows_where_it_is(page: Opened) -> None:
    page.get_by_role("searchbox", name="Search").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "(e => [e.tagName, getComputedStyle(e).outlineStyle])(document.activeElement)"
        )
        assert outline[1] != "none", outline
    assert page.evaluate("document.activeElement.closest('#table') !== null")


def test_without_scripts_figures_and_charts_are_still_there(browser: Any, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as page:
        assert "needs JavaScript" in page.locator("noscript").inner_text()
        assert page.get_by_role("img").count() >= 8
        assert page.get_by_text("exact match").first.is_visible()
        assert not page.locator("#controls").is_visible()


def test_nothing_injected_would_run(browser: Any, address: str) -> None:
    """The policy stops scripts and requests even if a text got through as HTML."""
    page = browser.new_page()
    page.goto(address)
    blocked = page.evaluate(
        """() => new Promise((done) => {
          const seen = [];
          addEventListener("securitypolicyviolation", (e) => {
            seen.push(e.effectiveDirective);
            if (seen.length === 2) done(seen.sort());
          });
          const script = document.createElement("script");
          script.textContent = "document.title = 'taken'";
          const image = document.createElement("img");
          image.src = "https://example.org/x.png";
          document.body.append(script, image);
        })"""
    )
    assert blocked == ["img-src", "script-src-elem"]
    assert page.title() != "taken"
    page.close()


def test_the_report_of_a_retrieval_opens(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(answers_report(*made_up_run(30, task="retrieve")), encoding="utf-8")
    with opened(browser, file.as_uri()) as page:
        status(page, 30, 30)
        assert chooser(page, "Verdict").count() == 0
        page.get_by_role("columnheader", name="First good").get_by_role("button").click()
        ranks = [int(text) for text in column(page, "rank") if text != "none"]
        assert ranks == sorted(ranks)
        assert column(page, "rank")[-1] == "none"


def test_a_comparison_opens_and_filters_its_losses(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "comparison.html"
    compared = Comparison("a", "b", 9, 6, (), (), (measure("f1", 0.04, 0.01),), CHANGES)
    file.write_text(comparison_report(compared), encoding="utf-8")
    for width in (360, 1280):
        with opened(browser, file.as_uri(), viewport={"width": width, "height": 800}) as page:
            status(page, 3, 3, "changes")
            page.get_by_role("link", name="loss").click()
            status(page, 1, 3, "changes")
            assert column(page, "question")[0].startswith("Question q2?")
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_thousand_questions_fit_in_five_megabytes() -> None:
    assert len(answers_report(*made_up_run(1000)).encode("utf-8")) < 5e6


def test_five_thousand_questions_open_and_are_searched(browser: Any, tmp_path: Path) -> None:
    """How long it took is printed: from the start of the navigation until the table can be used."""
    file = tmp_path / "report.html"
    file.write_text(answers_report(*made_up_run(5000)), encoding="utf-8")
    with opened(browser, file.as_uri()) as page:
        status(page, 5000, 5000)
        usable = page.evaluate("performance.getEntriesByName('table')[0].startTime")
        whole = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        print(f"5,000 questions: table after {usable:.0f} ms, all loaded after {whole:.0f} ms")
        started = page.evaluate("performance.now()")
        search(page, "minister q04321")
        status(page, 1, 5000)
        sought = page.evaluate("performance.now()") - started
        print(f"searched in {sought:.0f} ms")
