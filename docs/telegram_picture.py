"""Makes docs/telegram.png: answers as a chat shows them, beside the HTML that is sent.

    make telegram-picture

The bubbles are a browser's reading of Telegram's HTML subset, not Telegram's own: fold-out quotes
are shown folded, at three lines. The seeds have no addresses; here each gets one, so that there are
links. Needs Chromium, and draws best with Roboto and a font that has emoji.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image  # comes with matplotlib
from playwright.sync_api import sync_playwright

from bot.assembly.application import build_index, open_application
from bot.config import Config
from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import ChoiceReply
from bot.presentation.translation import Wording, wording
from bot.telegram_bot.rendering.keyboards import keyboard
from bot.telegram_bot.rendering.messages import render
from bot.telegram_bot.state.actions import AnswerRecord, Rated
from bot.telegram_bot.state.pages import Rendered, ViewName

HERE = Path(__file__).parent
STORY = HERE / "story.jsonl"
PICTURE = HERE / "telegram.png"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
SITE = "https://news.example/"
WIDTH = 1040
COLOURS = 256
"""Few enough for a small file; there is nothing but text in it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A question, what comes before it, and what the picture says beside it."""

    question: str
    caption: str
    language: str = "en"
    before: tuple[str, ...] = ()
    articles: str = "seeds"


SCENES = (
    Scene("how long did the meeting last?", "One source"),
    Scene(
        "was it longer than expected?",
        "A follow-up",
        before=("how long did the meeting last?",),
    ),
    Scene("On what date did Blinken and Lavrov meet?", "Sources that differ"),
    Scene("Who won the 1994 Eurovision Song Contest?", "Not said; the interface in German", "de"),
    Scene("How many were killed in the flood in Kelm?", "A toll that moved", articles="story"),
    Scene("How much will rebuilding Kelm cost?", "Two publishers that differ", articles="story"),
    Scene("Who is the mayor of Kelm?", "A new one, and the one before", articles="story"),
)
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { padding: 24px 28px 28px; background: #fff; color: #17212b;
  font: 14px/1.36 Roboto, 'Noto Sans', 'DejaVu Sans', 'Noto Color Emoji', sans-serif }
h1 { font-size: 20px; font-weight: 500; margin-bottom: 2px }
p.note { color: #6b7a88; font-size: 13px; margin-bottom: 14px }
section { display: grid; grid-template-columns: 420px 1fr; gap: 22px; margin-top: 14px }
h2 { grid-column: 1 / 3; font-size: 13px; font-weight: 500; color: #6b7a88;
  border-top: 1px solid #e3e8ec; padding-top: 10px; margin-bottom: -12px }
.chat { background: #d5e3cf; border-radius: 12px; padding: 14px 12px }
.asked, .said { width: fit-content; border-radius: 12px; padding: 7px 11px;
  box-shadow: 0 1px 1px #0002; overflow-wrap: anywhere }
.asked { background: #e9fdd8; margin: 0 0 8px auto; border-bottom-right-radius: 3px }
.said { background: #fff; max-width: 390px; border-bottom-left-radius: 3px; white-space: pre-wrap }
.reply { border-left: 3px solid #3a8fd6; background: #3a8fd614; border-radius: 4px;
  padding: 2px 8px; margin-bottom: 5px; font-size: 13px; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; color: #4a5a68 }
.said a { color: #2678b8; text-decoration: none }
blockquote { position: relative; border-left: 3px solid #3a8fd6; background: #3a8fd614;
  border-radius: 4px; padding: 3px 22px 3px 9px; margin: 2px 0; font-size: 13px }
blockquote > div { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical;
  overflow: hidden }
blockquote::after { content: '⌄'; position: absolute; right: 8px; bottom: 2px; color: #3a8fd6 }
.row { display: flex; gap: 4px; margin-top: 4px; max-width: 390px }
.button { flex: 1; background: #5f7f5dcc; color: #fff; border-radius: 7px; padding: 6px 8px;
  text-align: center; font-size: 13px; font-weight: 500; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis }
pre { font: 11px/1.4 'DejaVu Sans Mono', monospace; background: #f5f7f9; border-radius: 8px;
  border: 1px solid #e3e8ec; padding: 12px; white-space: pre-wrap; overflow-wrap: anywhere;
  color: #33424f }
pre span { color: #9a4d10 }
"""


def main() -> None:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        sys.exit("telegram_picture: no Chromium is installed.")
    with tempfile.TemporaryDirectory() as folder:
        seeds, story = Path(folder) / "seeds", Path(folder) / "story"
        seeds.mkdir()
        page = page_of({"seeds": over_the_seeds(seeds), "story": asked_of([STORY], story)})
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        tab = browser.new_page(viewport={"width": WIDTH, "height": 800})
        tab.set_content(page)
        drawn = tab.screenshot(full_page=True)
        browser.close()
    with Image.open(io.BytesIO(drawn)) as image:
        image.convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)


def over_the_seeds(folder: Path) -> Assistant:
    """Asks the seeds, each with an address."""
    articles = folder / "seeds.jsonl"
    lines = (
        {"id": path.name, "text": path.read_text(encoding="utf-8"), "url": SITE + path.stem}
        for path in sorted((HERE.parent / "seeds").glob("*.txt"))
    )
    articles.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return asked_of([articles], folder / "index")


def asked_of(articles: Sequence[Path], index: Path) -> Assistant:
    """Asks these articles."""
    config = Config()
    build_index(config, index, articles, lambda *_: None)
    return open_application(config, index).assistant


def page_of(assistants: Mapping[str, Assistant]) -> str:
    """The page that is drawn, with assistants by the articles they know."""
    sections = "".join(section_of(scene, assistants[scene.articles]) for scene in SCENES)
    return (
        f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>"
        "<h1>Pullquote on Telegram</h1>"
        "<p class=note>Left, as a chat shows it (quotes fold out); right, what is sent.</p>"
        f"{sections}"
    )


def section_of(scene: Scene, assistant: Assistant) -> str:
    words = wording(scene.language)
    conversation = Conversation()
    for question in scene.before:
        _, conversation = assistant.reply(conversation, question)
    reply, _ = assistant.reply(conversation, scene.question, asks_back=True)
    rendered = render(reply, words)
    sent = "\n".join(page.html for page in rendered.views[ViewName.ANSWER])
    return (
        f"<section><h2>{escape(scene.caption)}</h2><div class=chat>"
        f"<div class=asked>{escape(scene.question)}</div>"
        f"<div class=said><div class=reply>{escape(scene.question)}</div>{shown(sent)}</div>"
        f"{buttons(rendered, words, is_answer=not isinstance(reply, ChoiceReply))}</div>"
        f"<pre>{coloured(sent)}</pre></section>"
    )


def shown(sent: str) -> str:
    """Telegram's HTML as a browser's: a quote is a block, so the line break behind it goes."""
    folded = sent.replace("<blockquote expandable>", "<blockquote><div>")
    folded = folded.replace("</blockquote>", "</div></blockquote>")
    return re.sub(r"(</blockquote>)\n", r"\1", re.sub(r"\n(\n<blockquote>)", r"\1", folded))


def coloured(sent: str) -> str:
    """The text that is sent, its tags told apart."""
    text = escape(sent, quote=False)
    return re.sub(r"&lt;/?[a-z].*?&gt;", r"<span>\g<0></span>", text)


def buttons(rendered: Rendered, words: Wording, *, is_answer: bool) -> str:
    """What stands below the message, as the bot makes it."""
    record = AnswerRecord(
        "AAAAAAAAAAAA", "", 0, 0, 0.0, dict(rendered.views), words.language, "",
        choices=rendered.choices, rated=Rated("", "", None, None, 0.0) if is_answer else None,
    )  # fmt: skip
    rows = (
        "".join(f"<div class=button>{escape(button.label)}</div>" for button in row)
        for row in keyboard(record, words)
    )
    return "".join(f"<div class=row>{row}</div>" for row in rows)


if __name__ == "__main__":
    main()
