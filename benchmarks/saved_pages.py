"""What reading saved pages and PDFs gives of articles that are known: facts, words, time.

``python -m benchmarks.saved_pages --articles articles.jsonl.gz``. Articles are wrapped in the
templates of ``page_templates``, drawn at random, and printed to PDF with parted words. With
``--write FOLDER`` these and the plain texts are left there, to be indexed and asked.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.further_page_templates import FURTHER_TEMPLATES
from benchmarks.page_templates import TEMPLATES, Story, Template
from benchmarks.printed_pages import pdf_writer, printed, written
from retrieval.ingest.document import ReadSettings, document_of
from retrieval.ingest.formats.registry import read_document
from retrieval.ingest.metadata import parse_date
from retrieval.ingest.raw import RawArticle

_WORD = re.compile(r"\w+")
_PARAGRAPH = re.compile(r"\s*\n\s*")
_SITE = re.compile(r"\s+[|–—-]\s+[\w .]{2,30}$")
"""What the collection's own titles carry of their sites."""
_DAY = re.compile(r"/\d{4}/\d\d?/\d\d?(?=/)")
"""In an address it would be found there, whatever the page says."""
_WIDTH = 88
_ALL = (*TEMPLATES, *FURTHER_TEMPLATES)


@dataclass(slots=True)
class Count:
    """Of one template."""

    pages: int = 0
    title: int = 0
    day: int = 0
    url: int = 0
    author: int = 0
    words: int = 0
    lost: int = 0
    added: int = 0
    clean: int = 0
    seconds: float = 0.0

    def row(self, name: str) -> str:
        facts = f"{self.title} | {self.day} | {self.url} | {self.author}"
        rate = 60 * self.pages / self.seconds if self.seconds else 0
        return (
            f"| {name} | {self.pages} | {facts} | {100 * self.lost / max(1, self.words):.2f} % "
            f"| {self.added} | {self.clean} | {rate:,.0f} |"
        )


def stories(path: Path, count: int, random: Random) -> Iterator[Story]:
    """Dated articles of the collection, drawn at random."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    random.shuffle(records)
    for record in records:
        day = parse_date(record.get("published") or "")
        if day and record.get("title") and record.get("url") and count:
            count -= 1
            title = " ".join(_SITE.sub("", record["title"]).split())
            paragraphs = tuple(filter(None, _PARAGRAPH.split(record["text"].strip())))
            yield Story(title, paragraphs, day, _DAY.sub("", record["url"]))


def words_of(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.replace("\u00ad", "").casefold()))


def read(data: bytes, name: str, count: Count) -> RawArticle:
    started = time.process_time()
    found = list(read_document(document_of(data, name), ReadSettings()))
    count.seconds += time.process_time() - started
    (article,) = (item for item in found if isinstance(item, RawArticle))
    return article


def compare(story: Story, article: RawArticle, count: Count) -> None:
    truth, text = words_of(" ".join(story.paragraphs)), words_of(article.text)
    head = words_of(f"By Posted by {story.author} on {story.shown_day} {story.title} {story.site}")
    lost, added = truth - text, text - truth - head
    count.pages += 1
    count.title += article.title == story.title
    count.day += article.published == story.published
    count.url += article.url == story.url
    count.author += article.author == story.author
    count.words += truth.total()
    count.lost += lost.total()
    count.added += added.total()
    count.clean += not added


def total(counts: list[Count]) -> Count:
    names = ("pages", "title", "day", "url", "author", "words", "lost", "added", "clean", "seconds")
    return Count(*(sum(getattr(count, name) for count in counts) for name in names))


def leave(folder: Path, made: dict[str, bytes]) -> None:
    """Write one article as each of its kinds, in a folder a kind."""
    for name, data in made.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    random = Random(options.seed)
    chosen = list(stories(options.articles, options.count, random))
    counts: dict[Template, Count] = {template: Count() for template in _ALL}
    prints, pages = Count(), 0
    read(TEMPLATES[0](chosen[0], random).encode(), "warm.html", Count())
    for number, story in enumerate(chosen):
        template = random.choice(_ALL)
        count = counts[template]
        page = template(story, random).encode()
        compare(story, read(page, "a.html", count), count)
        lines = [story.title, *story.paragraphs]
        sheets = printed(lines, _WIDTH)
        pages += len(sheets)
        sheet = written(pdf_writer(sheets))
        compare(story, read(sheet, "a.pdf", prints), prints)
        if options.write:
            text = "\n\n".join([story.title, story.published.isoformat(), *story.paragraphs])
            kinds = {"html": page, "pdf": sheet, "txt": text.encode()}
            made = {f"{kind}/{number:05}.{kind}": data for kind, data in kinds.items()}
            leave(options.write, made)
    print(
        "| | pages | title | day | address | author | words lost | words added | none | a minute |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for template, count in counts.items():
        print(count.row(template.__name__))
    print(total(list(counts.values())).row("all"))
    print(prints.row(f"PDF, {pages} sheets"))


if __name__ == "__main__":
    main()
