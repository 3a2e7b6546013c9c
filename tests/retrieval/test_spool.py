"""What was read, kept until it is prepared."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Place
from retrieval.indexing.spool import Spool, digest_of
from retrieval.ingest.raw import Note, RawArticle, Skipped

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
maybe = st.none() | words


@given(
    st.builds(
        RawArticle,
        id=words,
        text=words,
        root=words,
        path=words,
        title=maybe,
        publisher=maybe,
        author=maybe,
        url=maybe,
        published=st.none() | st.dates(),
        places=st.lists(st.builds(Place, st.integers(0, 99), words), max_size=3).map(tuple),
        named_title=maybe,
        within=words,
    )
)
def test_what_goes_in_comes_out(raw: RawArticle) -> None:
    if raw.published is None:
        return
    with closing(Spool.of([raw])) as spool:
        assert list(spool) == [raw]
        assert spool.raw(raw.id) == raw
        (identity,) = spool.identities()
        assert (identity.digest, identity.within) == (digest_of(raw), raw.within)


def test_articles_skipped_and_notes_are_told_apart() -> None:
    left, note = Skipped("/r", "/r/b.txt", "why"), Note("a.txt: well.")
    with closing(Spool.of([left, RawArticle("a", "Words.", "/r", "/r/a.txt"), note])) as spool:
        assert (len(spool), spool.skipped, spool.notes) == (1, [left], [note])
        with pytest.raises(KeyError):
            spool.raw("b")


def test_ids_are_derived_in_the_order_of_reading() -> None:
    raws = [RawArticle("a", f"Words {n}.", "/r", "/r/a.jsonl", within=str(n)) for n in range(4)]
    with closing(Spool.of(raws)) as spool:
        assert [raw.id for raw in spool] == ["a", "a~2", "a~3", "a~4"]
        again = [old for old in spool.identities() if old.id != "a~2"]
    # One is indexed no more: the others keep the ids that they have.
    with closing(Spool.of(raws, again)) as spool:
        assert {raw.within: raw.id for raw in spool} == {
            "0": "a",
            "2": "a~3",
            "3": "a~4",
            "1": "a~2",
        }


def test_what_came_later_changes_no_digest_where_it_is_absent() -> None:
    old = RawArticle("a", "Words.", "/r", "/r/a.txt", published=date(2021, 5, 3))
    new = RawArticle("a", "Words.", "/r", "/r/a.txt", published=date(2021, 5, 3), within="x")
    assert digest_of(old) == digest_of(new)
