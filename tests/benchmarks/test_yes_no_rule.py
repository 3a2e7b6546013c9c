"""A yes or no is inferred only where it is plain."""

from __future__ import annotations

import pytest

from benchmarks.yes_no.rule import infer_yes_no
from retrieval.index.tokenization import tokenize_with_offsets

LASTED = "The meeting lasted one hour and 45 minutes, longer than the expected one hour."


@pytest.mark.parametrize(
    ("question", "sentence", "inferred"),
    [
        ("Was the meeting longer than expected?", LASTED, "yes"),
        ("was the meeting longer than expected", LASTED, "yes"),
        ("And was the meeting longer than expected?", LASTED, "yes"),
        ("Did Lavrov meet Blinken?", "Lavrov met Blinken in May.", None),  # met is another word
        ("Did Lavrov call Blinken?", "On Monday Lavrov called Blinken.", "yes"),
        ("Did Lavrov call Blinken?", "Lavrov never called Blinken.", "no"),
        ("Did Lavrov call Blinken?", "Lavrov didn’t call Blinken.", "no"),
        ("Did Lavrov call Blinken?", "It is not true that Lavrov did not call Blinken.", None),
        ("Did Lavrov call Blinken?", "Blinken called Lavrov.", None),
        ("Did Lavrov call Blinken?", "Lavrov may call Blinken.", None),
        ("Did Lavrov call Blinken?", "Lavrov denied that he called Blinken.", None),
        ("Did Lavrov call Blinken?", "Lavrov planned to call Blinken.", None),
        ("Did Lavrov call Blinken?", "Did Lavrov call Blinken?", None),
        ("Did Lavrov call Blinken?", "Lavrov called Ned Price.", None),
        ("Didn't Lavrov call Blinken?", "Lavrov called Blinken.", None),
        ("Did Lavrov call Blinken or Price?", "Lavrov called Blinken or Price.", None),
        ("Who did Lavrov call?", "Lavrov called Blinken.", None),
        ("Did they?", "They did.", None),
        ("", "", None),
    ],
)
def test_yes_no(question: str, sentence: str, inferred: str | None) -> None:
    assert infer_yes_no(question, sentence, tokenize_with_offsets) == inferred
