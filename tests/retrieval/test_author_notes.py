"""What stands beside a story about its author is not read."""

from __future__ import annotations

import pytest

from retrieval.text.masking import visible_text

from .builders import prepared

STORY = "Ferry stops\n\nThe ferry to Vik stopped on Monday.\n\nAda Lind, 40, waited at the pier."
BIO = "Ada Berg writes about ferries for this paper. She keeps bees."


@pytest.mark.parametrize("end", [BIO, f"Ada Berg\n\n{BIO}", f"About the author\n\n{BIO}"])
@pytest.mark.parametrize("author", ["Ada Berg", "Tor Vik and Ada Berg", "Tor Vik, Ada Berg"])
def test_who_the_author_is_is_masked(end: str, author: str) -> None:
    article = prepared(f"{STORY}\n\n{end}\n", author=author)
    shown = [visible_text(article, sentence) for sentence in article.sentences]
    assert "Ada Lind, 40, waited at the pier." in shown
    assert not any("bees" in s or "Ada Berg" in s or "About" in s for s in shown)
    assert article.text.endswith(f"{end}\n"), "it stays in the text"


@pytest.mark.parametrize("author", [None, "Tor Vik", "Ada"])
def test_of_others_it_is_the_storys_own(author: str | None) -> None:
    article = prepared(f"{STORY}\n\n{BIO}\n", author=author)
    shown = [visible_text(article, sentence) for sentence in article.sentences]
    assert "Ada Berg writes about ferries for this paper." in shown


def test_what_the_story_says_of_its_author_before_its_end_stays() -> None:
    more = "\n\n".join(f"Line {n} of the story is here." for n in range(6))
    article = prepared(f"Ferry stops\n\nAda Berg was on board.\n\n{more}\n", author="Ada Berg")
    shown = [visible_text(article, sentence) for sentence in article.sentences]
    assert "Ada Berg was on board." in shown
