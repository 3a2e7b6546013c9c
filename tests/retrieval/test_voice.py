"""How a sentence says what it says, to a question; and what may then be the answer."""

from __future__ import annotations

import pytest

from retrieval.answer.calibration import Calibration
from retrieval.datatypes import AnswerType, Query, Voice
from retrieval.doubles import QuotingReader
from retrieval.english.voice import is_asserted, voice_of
from retrieval.pipeline import AnswerSettings
from tests.bot.worlds import answerer_over, article

FARMS = "How many farms were flooded?"
CARS = "How many cars were stolen?"
CAUSED = "Who caused the fire?"
TABLE = [
    # question, sentence, answer, voice, whether it may be the answer
    (FARMS, "In the end 14 farms were flooded, the ministry said.", "14", Voice.FACT, True),
    (FARMS, "But for the sandbags, 200 farms would have been flooded.", "200",
     Voice.CONDITIONAL, False),
    (FARMS, "The office warned that 200 farms could be flooded in May.", "200",
     Voice.FORECAST, False),
    ("How many farms could be flooded?", "The office warned that 200 farms could be flooded.",
     "200", Voice.FORECAST, True),
    (FARMS, "Some 14 farms were flooded and 30 could be cut off.", "14", Voice.FACT, True),
    (CARS, "A man tried to steal 6 cars from the yard but fled.", "6", Voice.ATTEMPTED, False),
    (CARS, "Thieves stole 6 cars from the yard and tried to sell them.", "6", Voice.FACT, True),
    (CAUSED, "Investigators ruled out that the cook Ann Roe caused the fire.", "Ann Roe",
     Voice.DENIED, False),
    (CAUSED, "Ann Roe denied that she had caused the fire.", "Ann Roe", Voice.DENIED, False),
    (CAUSED, "Ann Roe allegedly caused the fire.", "Ann Roe", Voice.FACT, True),
    (CAUSED, "The paper alleged that Ann Roe caused the fire.", "Ann Roe", Voice.ALLEGED, True),
    (CAUSED, "The paper alleged without proof that Ann Roe caused the fire.", "Ann Roe",
     Voice.DENIED, False),
    ("Who denied causing the fire?", "Ann Roe denied that she had caused the fire.", "Ann Roe",
     Voice.FACT, True),
    ("Who murdered Bo Lund?", "A court acquitted Ann Roe of murdering Bo Lund.", "Ann Roe",
     Voice.DENIED, False),
    ("Who is the spokesman?", "Bo Lund, the spokesman, denied the report.", "Bo Lund",
     Voice.FACT, True),
    ("Who refused him bail?", "Judge Ann Roe has denied him bail.", "Ann Roe", Voice.FACT, True),
    ("How many votes did he get?", "He was denied the 218 votes that he needed.", "218",
     Voice.FACT, True),
    ("How many envoys were expelled?", "Norland, which denies it all, expelled ten envoys.",
     "ten", Voice.FACT, True),
    ("Who attended the session?", "Governor Ann Roe did not attend the session.", "Ann Roe",
     Voice.NEGATED, False),
    ("Who attended the session?", "Ann Roe, who does not speak Norse, attended the session.",
     "Ann Roe", Voice.FACT, True),
    ("When did the tunnel open?", "The mayor had planned to open the tunnel in 2019.", "2019",
     Voice.PLANNED, False),
    ("When will the tunnel open?", "The tunnel will open in May.", "May", Voice.FACT, True),
    ("When will the tunnel open?", "The mayor plans to open the tunnel in May.", "May",
     Voice.PLANNED, True),
    ("tunnel opening cost", "Opening the tunnel will cost 5 million euros.", "5 million euros",
     Voice.PLANNED, True),
    ("Why did the mayor not sign?", "The mayor said she could not sign because of the cost.",
     "the cost", Voice.FACT, True),
    ("When did the clock stop?", "The clock was set at noon and stopped in 1991.", "1991",
     Voice.FACT, True),
    ("Who will skip the race?", "Ann Roe said she would skip the race.", "Ann Roe",
     Voice.PLANNED, True),
    (FARMS, "The office forecasts more floods – in May 14 farms were flooded – for the region.",
     "14", Voice.FACT, True),
    ("How old is the judge?", "An earlier version gave the age of the judge as 58.", "58",
     Voice.CORRECTED, False),
    ("Where was the fair?", "This article originally stated that the fair was in Kelm.", "Kelm",
     Voice.CORRECTED, False),
    ("How many farms were flooded?", "An earlier version said 14 farms were flooded; it was 9.",
     "14", Voice.CORRECTED, False),
    ("How many farms were flooded?", "An earlier version said 14 farms were flooded; it was 9.",
     "9", Voice.CORRECTION, True),
    ("When was the mill built?", "The mill was built in 1905, not 1850, as originally reported.",
     "1905", Voice.CORRECTION, True),
    ("When was the mill built?", "The mill was built in 1905, not 1850, as originally reported.",
     "1850", Voice.CORRECTED, False),
    ("How many left?", "Correction: 10 left, not 12.", "10", Voice.CORRECTION, True),
    ("How many left?", "An earlier version put them at 12 instead of 10.", "10",
     Voice.CORRECTION, True),
    ("What did the mayor sell?", "The satirical site wrote that the mayor had sold the sea.",
     "the sea", Voice.SATIRE, False),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sentence", "answer", "voice", "asserted"), TABLE)
def test_the_voice(question: str, sentence: str, answer: str, voice: Voice, asserted: bool) -> None:
    start = sentence.index(answer)
    found = voice_of(question, sentence, start, start + len(answer))
    assert found is voice
    assert is_asserted(question, found) == asserted


def test_what_did_not_happen_is_no_answer_and_what_did_is() -> None:
    told = article(
        "But for the sandbags, 200 farms would have been flooded. 14 farms were flooded."
    )
    reader = QuotingReader(("200", "14"), AnswerType.NUMBER)
    settings = AnswerSettings(threshold=0.0)
    answer = answerer_over(told, reader=reader, settings=settings).answer(Query(FARMS))
    assert [group.answer for group in answer.groups] == ["14"]


def test_where_all_is_denied_nothing_is_answered_and_the_voice_is_told() -> None:
    told = article("The firm denied on Monday that 12 miners had drowned in its shaft.")
    reader = QuotingReader(("12",), AnswerType.NUMBER)
    calibration = Calibration({"margin": 1.0}, {"margin": 1.0}, 0.0)
    pipeline = answerer_over(
        told, reader=reader, settings=AnswerSettings(threshold=0.0), calibration=calibration
    )
    answer = pipeline.answer(Query("How many miners drowned in the shaft?"))
    assert answer.abstained
    assert [c.voice for c in answer.groups[0].citations] == [Voice.DENIED]
    assert str(answer.reason).endswith("There it is denied.")


def test_a_sentence_that_decides_is_quoted_in_whatever_voice() -> None:
    text = "A court acquitted Ann Roe of murdering Bo Lund."
    reader = QuotingReader((text,), AnswerType.CLAUSE)
    pipeline = answerer_over(article(text), reader=reader, settings=AnswerSettings(threshold=0.0))
    answer = pipeline.answer(Query("Did Ann Roe murder Bo Lund?"))
    assert not answer.abstained
    assert answer.groups[0].citations[0].voice is Voice.DENIED


def test_a_correction_answers_what_the_old_value_answered() -> None:
    """However the reader rates it: the old value is what looks like the answer."""
    text = "Brink leaves after 22 years. An earlier version gave her age as 47. She is 57."
    reader = QuotingReader(("47", "22", "57"), AnswerType.NUMBER)
    pipeline = answerer_over(article(text), reader=reader, settings=AnswerSettings(threshold=0.0))
    answer = pipeline.answer(Query("How old is Brink?"))
    assert [group.answer for group in answer.groups] == ["57", "22"]
    assert answer.groups[0].citations[0].voice is Voice.CORRECTION
