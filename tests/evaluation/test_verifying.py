"""Old citations against the articles of today: same, moved, changed, gone."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.verifying.citations import Standing, Verified, found_elsewhere, verify
from bot.evaluation.verifying.command import verified_lines
from bot.evaluation.verifying.records import Kept, kept_citations
from retrieval.errors import UsageError

from .examples import citation, prediction

SENTENCE = "The bridge cost 4 million crowns."
QUOTE = "4 million"
KEPT = Kept("?", "a.txt", None, 16, 25, QUOTE, SENTENCE, SENTENCE.index(QUOTE), in_title=False)


def articles(texts: Mapping[str, str], title: str | None = None) -> Callable[[str], Any]:
    return lambda id_: (texts[id_], title)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SENTENCE, Verified(KEPT, Standing.SAME, 16)),
        (f"It is open. {SENTENCE}", Verified(KEPT, Standing.MOVED, 12 + 16)),
        (
            f"Tolls brought 4 million. {SENTENCE} {SENTENCE}",
            Verified(KEPT, Standing.MOVED, 25 + 16),
        ),
        (
            "The tunnel cost 4 millions; the bridge cost some 4 million.",
            Verified(KEPT, Standing.SAME, 16),
        ),
        (
            "A tunnel cost 4 million. Bridges: 4 million.",
            Verified(KEPT, Standing.MOVED, 14, same_sentence=False),
        ),
        ("The bridge cost five million crowns.", Verified(KEPT, Standing.CHANGED)),
        ("", Verified(KEPT, Standing.CHANGED)),
    ],
)
def test_the_words_are_looked_for_in_their_article(text: str, expected: Verified) -> None:
    assert verify(KEPT, articles({"a.txt": text})) == expected


def test_an_article_that_is_not_there() -> None:
    assert verify(KEPT, articles({})) == Verified(KEPT, Standing.GONE)


@pytest.mark.parametrize(
    ("title", "standing"),
    [
        ("Bridge for 4 million", Standing.SAME),
        ("A bridge for 4 million", Standing.MOVED),
        ("A bridge is open", Standing.CHANGED),
        (None, Standing.CHANGED),
    ],
)
def test_what_a_title_said_is_looked_for_in_the_title(
    title: str | None, standing: Standing
) -> None:
    old = "Bridge for 4 million"
    kept = replace(KEPT, start=11, end=20, sentence=old, inside=11, in_title=True)
    assert verify(kept, articles({"a.txt": SENTENCE}, title)).standing is standing


@given(st.text(max_size=30), st.text(min_size=1, max_size=10), st.text(max_size=30), st.data())
def test_what_is_said_to_stand_somewhere_stands_there(
    before: str, quote: str, after: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, 60))
    kept = replace(KEPT, start=start, end=start + len(quote), quote=quote)
    text = before + quote + after
    found = verify(kept, articles({"a.txt": text}))
    assert found.standing in (Standing.SAME, Standing.MOVED)
    assert found.now is not None
    assert text[found.now : found.now + len(quote)] == quote
    assert (found.standing is Standing.SAME) == (found.now == start)


GONE = Verified(KEPT, Standing.GONE)


def elsewhere(
    texts: Mapping[str, str], urls: Mapping[str, str] = {}, *, url: str | None = None
) -> str | None:
    gone = replace(GONE, kept=replace(KEPT, url=url))
    addresses = [(id_, urls.get(id_)) for id_ in texts]
    (found,) = found_elsewhere([gone], addresses, texts.items, articles(texts))
    return found.elsewhere


def test_a_quote_is_found_again_by_its_address_or_its_sentence() -> None:
    other = {"b.txt": "Nothing.", "c.txt": f"Copied: {SENTENCE}"}
    assert elsewhere(other) == "c.txt"
    assert elsewhere({"b.txt": f"It took {QUOTE}."}) is None, "a quote alone proves nothing"
    by_address = {"new.txt": f"The bridge: {QUOTE}."}
    assert elsewhere(by_address, {"new.txt": "https://a.b/c"}, url="https://a.b/c") == "new.txt"
    rewritten = {"new.txt": "The bridge is open."}
    assert elsewhere(rewritten, {"new.txt": "https://a.b/c"}, url="https://a.b/c") is None


def test_texts_are_read_only_where_something_is_gone() -> None:
    def never() -> Any:
        raise AssertionError

    moved = Verified(KEPT, Standing.MOVED, 3)
    assert found_elsewhere([moved], [], never, articles({})) == [moved]


def test_lines_are_counts_and_what_is_not_the_same() -> None:
    long = replace(KEPT, quote="x" * 100, start=0, end=100)
    title = replace(KEPT, in_title=True)
    others = [
        Verified(KEPT, Standing.MOVED, 30),
        Verified(KEPT, Standing.MOVED, 30, same_sentence=False),
        Verified(long, Standing.CHANGED),
        Verified(title, Standing.CHANGED),
        Verified(KEPT, Standing.GONE, elsewhere="b.txt"),
        Verified(KEPT, Standing.GONE),
    ]
    counts = Counter({Standing.SAME: 1200} | Counter(v.standing for v in others))
    at = "a.txt, characters 16–25: “4 million”"
    assert verified_lines(counts, others) == [
        "same    1,200",
        "moved       2",
        "changed     2",
        "gone        2",
        f"moved: {at} stands at 30–39 now",
        f"moved: {at} stands at 30–39 now, in another sentence",
        f"changed: a.txt, characters 0–100: “{'x' * 79}…” no longer stands in the article",
        "changed: a.txt, title, characters 16–25: “4 million” no longer stands in the title",
        f"gone: {at} stands in b.txt; the article itself is not in the index",
        f"gone: {at} cannot be looked up: the article is not in the index",
    ]
    assert verified_lines(Counter(), []) == ["there are no citations in it"]


CITED = citation(QUOTE, SENTENCE, start=16)
ANSWER = prediction(
    "q1", QUOTE, groups=[{"answer": QUOTE, "citations": [CITED]}, {"citations": []}]
)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(ANSWER),
        json.dumps(ANSWER, indent=2),
        "\ufeff" + json.dumps(ANSWER),
        "\n" + json.dumps(ANSWER) + "\n\n" + json.dumps(prediction("q2", None)) + "\n",
        json.dumps([ANSWER, prediction("q2", None)]),
    ],
)
def test_answers_are_read_however_they_were_kept(tmp_path: Path, body: str) -> None:
    (tmp_path / "predictions.jsonl").write_text(body, encoding="utf-8")
    assert list(kept_citations(str(tmp_path))) == [KEPT]
    assert list(kept_citations(str(tmp_path / "predictions.jsonl"))) == [KEPT]


def test_answers_are_read_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.TextIOWrapper(io.BytesIO(json.dumps(ANSWER).encode()))
    monkeypatch.setattr("sys.stdin", typed)
    assert list(kept_citations("-")) == [KEPT]


def one(changed: Mapping[str, Any]) -> str:
    cited = {key: value for key, value in {**CITED, **changed}.items() if value != "left out"}
    return json.dumps({"question": "?", "groups": [{"citations": [cited]}]})


def kept(tmp_path: Path, changed: Mapping[str, Any]) -> Kept:
    path = tmp_path / "answer.json"
    path.write_text(one(changed), encoding="utf-8")
    (found,) = kept_citations(str(path))
    return found


def test_a_quote_in_a_title_is_of_the_title(tmp_path: Path) -> None:
    title = {"start": 11, "end": 20, "quote": QUOTE}
    said = "Bridge for 4 million"
    changed = {"in_title": title, "sentence": said, "start": 0, "end": 0, "quote": ""}
    found = kept(tmp_path, changed)
    assert found == replace(KEPT, start=11, end=20, sentence=said, inside=11, in_title=True)


def test_a_quote_that_its_sentence_has_twice_says_which_it_is(tmp_path: Path) -> None:
    twice = "4 million, not 4 million"
    changed = {"sentence": twice, "start": 115, "end": 124, "sentence_start": 100}
    assert kept(tmp_path, changed).inside == 15
    assert kept(tmp_path, {"sentence": "The bridge … crowns."}).inside is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", None),
        ("no JSON", "neither JSON"),
        ("[" * 100_000, "neither JSON"),
        (json.dumps(ANSWER) + "\n{broken", "line 2 is not JSON"),
        ('{"id": "a", "text": "An article."}', "line 1 is no answer"),
        ("3", "line 1 is no answer"),
        (json.dumps([ANSWER, 3]), "line 1, answer 2 is no answer"),
        (json.dumps([ANSWER, 3], indent=1), ", answer 2 is no answer"),
        (one({"quote": ""}), "line 1 is no answer"),
        (one({"quote": "left out"}), "line 1 is no answer"),
        (one({"start": -1}), "line 1 is no answer"),
        (one({"start": True}), "line 1 is no answer"),
        (one({"end": "9"}), "line 1 is no answer"),
        (one({"article_id": None}), "line 1 is no answer"),
        (one({"in_title": []}), "line 1 is no answer"),
    ],
)
def test_what_holds_no_answers_is_refused(tmp_path: Path, body: str, told: str | None) -> None:
    path = tmp_path / "odd.json"
    path.write_text(body, encoding="utf-8")
    if told is None:
        assert list(kept_citations(str(path))) == []
        return
    with pytest.raises(UsageError, match=told) as caught:
        list(kept_citations(str(path)))
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(UsageError, match="there is no such file"):
            list(kept_citations(str(path)))
