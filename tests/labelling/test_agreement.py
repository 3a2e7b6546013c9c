"""How far two people agree, in numbers that can be reckoned by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.labelling.agreement import Agreement, agreement_of, pair_f1
from bot.evaluation.labelling.command import run_agreement
from bot.evaluation.labelling.labels import Label, LabelSet, Place, to_line
from retrieval.errors import QuestionSetError

YES = ("x",)


def label(name: str, *answers: str, at: int | None = 0, question: str = "Why?") -> Label:
    spans = () if at is None else tuple(Place("x.txt", at, at + len(a)) for a in answers)
    return Label(name, question, answers, spans)


def verdicts(pattern: str) -> LabelSet:
    """One question for each letter: ``y`` answerable, ``n`` not."""
    labels = [label(str(i), *(YES if c == "y" else ())) for i, c in enumerate(pattern)]
    return LabelSet(pattern, tuple(labels))


def compared(first: str, second: str) -> Agreement:
    return agreement_of(verdicts(first), verdicts(second))


def test_kappa_of_people_who_agree_is_one() -> None:
    found = compared("yyn", "yyn")
    assert found.kappa == pytest.approx(1)
    assert found.same_verdict == found.both == 3
    assert found.differing == ()


def test_kappa_of_chance_is_nought() -> None:
    # Observed 2/4, expected 2/4 · 2/4 + 2/4 · 2/4.
    assert compared("yynn", "ynyn").kappa == pytest.approx((2 / 4 - 1 / 2) / (1 - 1 / 2))


def test_kappa_of_people_who_contradict_each_other_is_negative() -> None:
    assert compared("yynn", "nnyy").kappa == pytest.approx((0 - 1 / 2) / (1 - 1 / 2))


def test_kappa_leaves_out_what_chance_explains() -> None:
    observed = 4 / 5
    expected = (3 / 5) * (4 / 5) + (2 / 5) * (1 / 5)
    found = compared("yyynn", "yyyyn")
    assert found.kappa == pytest.approx((observed - expected) / (1 - expected))
    assert found.same_verdict == 4


def test_kappa_where_one_of_them_knows_one_verdict_only_is_nought() -> None:
    expected = (4 / 4) * (3 / 4)
    assert compared("yyyy", "yyyn").kappa == pytest.approx((3 / 4 - expected) / (1 - expected))


@pytest.mark.parametrize("pattern", ["yyy", "nnn", "y"])
def test_kappa_of_one_verdict_throughout_is_undefined(pattern: str) -> None:
    found = compared(pattern, pattern)
    assert found.kappa is None
    assert found.same_verdict == len(pattern)


def test_spans_are_compared_where_both_find_an_answer() -> None:
    first = [
        label("a", "one hour"),
        label("b", "one hour"),
        label("c", "x"),
        label("d"),
        label("e"),
    ]
    second = [
        label("a", "one hour"),
        label("b", "one hour", at=99),
        label("c"),
        label("d", "y"),
        label("f"),
    ]
    found = agreement_of(LabelSet("A", tuple(first)), LabelSet("B", tuple(second)))
    assert (found.both, found.only_first, found.only_second) == (4, 1, 1)
    assert (found.answerable, found.placed, found.same_spans, found.shared_span) == (2, 2, 1, 1)
    assert found.mean_f1 == pytest.approx((1 + 1) / 2)
    assert [a.id for a, _ in found.differing] == ["b", "c", "d"]


def test_mean_f1_is_that_of_the_words_in_common() -> None:
    # "the" does not count: one of one and three words in common.
    first = LabelSet("A", (label("a", "the hour"), label("b", "red")))
    second = LabelSet("B", (label("a", "an hour and more"), label("b", "blue")))
    found = agreement_of(first, second)
    assert found.mean_f1 == pytest.approx((2 * 1 / (1 + 3) + 0) / 2)


def test_of_several_spans_the_nearest_two_count() -> None:
    first, second = label("a", "cat", "two hours"), label("a", "two long hours", "dog")
    assert pair_f1(first, second) == pair_f1(second, first) == pytest.approx(2 * 2 / (2 + 3))


def test_some_of_the_spans_may_be_the_same() -> None:
    first, second = label("a", "cat", "longer"), label("a", "cat")
    found = agreement_of(LabelSet("A", (first,)), LabelSet("B", (second,)))
    assert (found.same_spans, found.shared_span) == (0, 1)
    assert found.differing == ((first, second),)


def test_the_order_of_spans_does_not_matter() -> None:
    first, second = label("a", "cat", "longer"), label("a", "longer", "cat")
    found = agreement_of(LabelSet("A", (first,)), LabelSet("B", (second,)))
    assert found.same_spans == 1
    assert found.differing == ()


def test_a_question_set_without_places_is_compared_by_its_words() -> None:
    first, second = label("a", "cat"), label("a", "cat", at=None)
    found = agreement_of(LabelSet("A", (first,)), LabelSet("B", (second,)))
    assert (found.answerable, found.placed, found.differing) == (1, 0, ())
    wider = label("a", "black cat", at=None)
    found = agreement_of(LabelSet("A", (first,)), LabelSet("B", (wider,)))
    assert found.differing == ((first, wider),)


def test_sets_that_cannot_be_compared_are_refused() -> None:
    first = LabelSet("A", (label("a"),))
    with pytest.raises(QuestionSetError, match=r"no question in common"):
        agreement_of(first, LabelSet("B", (label("b"),)))
    with pytest.raises(QuestionSetError, match=r'different questions under the id "a"'):
        agreement_of(first, LabelSet("B", (label("a", question="Who?"),)))


def test_the_figures_are_printed_with_their_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    rows = [label("a", "one hour"), label("b"), label("c", "x\x1b[31m"), label("d", "cat")]
    others = [label("a", "one hour"), label("b"), label("c"), label("d", "cat", at=7), label("e")]
    first.write_text("".join(to_line(row) + "\n" for row in rows), encoding="utf-8")
    second.write_text("".join(to_line(row) + "\n" for row in others), encoding="utf-8")
    run_agreement(first, second)
    expected = (3 / 4) * (2 / 4) + (1 / 4) * (2 / 4)
    assert capsys.readouterr().out.splitlines() == [
        f"A: {first}, 4 labels",
        f"B: {second}, 5 labels",
        "labelled in both: 4; only in A: 0; only in B: 1",
        "answerable or not: agree on 3 of 4 (75.0 %), Cohen's kappa "
        f"{(3 / 4 - expected) / (1 - expected):.2f}",
        "answerable in both: 2; same spans 1 of 2 (50.0 %); at least one span in common "
        "1 of 2 (50.0 %); mean token F1 1.00",
        "They differ on 2:",
        "  c  Why?",
        "    A: “x\ufffd[31m” (x.txt, characters 0–6)",
        "    B: the articles do not say",
        "  d  Why?  (F1 1.00)",
        "    A: “cat” (x.txt, characters 0–3)",
        "    B: “cat” (x.txt, characters 7–10)",
    ]
