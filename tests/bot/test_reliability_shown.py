"""How often answers of a score were right: said where it was measured with this reader alone."""

from __future__ import annotations

import re
import shutil
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assembly.application import answer_settings
from bot.assembly.readers import reader_identity
from bot.assembly.reliability import identity_of, reliability_at, reliability_for
from bot.cli.doctor import run_doctor
from bot.config import AnswerConfig, Calibrated, Config, ReaderConfig, ReliabilityConfig
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import Reply
from bot.evaluation.calibrating.calibration_file import write_calibration
from bot.presentation.reply_json import to_json
from bot.presentation.text import to_text
from bot.presentation.wording import how_often
from bot.terminal.views import reply_view
from retrieval.answer.calibration import Calibration
from retrieval.datatypes import AnswerType, Reliability
from retrieval.pipeline import AnswerSettings, unmeasured
from retrieval.reader.model_store import bundled_folder
from tests.bot.remembered import reading_remembered
from tests.bot.test_terminal_views import drawn
from tests.bot.worlds import PLAIN_CALIBRATION, article, assistant_quoting

READER = "some@reader"
SURE = "98 % sure, 1 source"
"""What the answer of the small world reads without measurements."""


def measured(
    *bins: tuple[float, int, int], reader: str = READER, precision: float = 0.9
) -> ReliabilityConfig:
    return ReliabilityConfig.model_validate(
        {
            "precision": precision,
            "measured_on": {"file": "q.jsonl", "questions": 500, "day": date(2025, 6, 1)},
            "reader": reader,
            "bins": [{"from": start, "right": right, "of": of} for start, right, of in bins],
        }
    )


def reply_with(*bins: tuple[float, int, int], threshold: float = 0.35) -> Reply:
    at = partial(reliability_at, measured(*bins).bins) if bins else unmeasured
    settings = AnswerSettings(threshold=threshold, reliability=at)
    reply, _ = assistant_quoting("Reykjavik", settings=settings).reply(
        Conversation(), "Where did they meet?"
    )
    return reply


@pytest.mark.parametrize(
    ("right", "of", "words"),
    [
        (371, 412, "right 9 times out of 10 at this score (n=412)"),
        (50, 100, "right 5 times out of 10 at this score (n=100)"),
        (84, 100, "right 8 times out of 10 at this score (n=100)"),
        (86, 100, "right 9 times out of 10 at this score (n=100)"),
        (949, 1000, "right 9 times out of 10 at this score (n=1000)"),
        (96, 100, "right 19 times out of 20 at this score (n=100)"),
        (989, 1000, "right 19 times out of 20 at this score (n=1000)"),
        (99, 100, "right 19 times out of 20 at this score (n=100)"),
        (9999, 10_000, "right 99 times out of 100 at this score (n=10000)"),
        (37, 37, "right 19 times out of 20 at this score (n=37)"),
        (10, 10, "right 9 times out of 10 at this score (n=10)"),
        (14, 100, "right once out of 10 at this score (n=100)"),
        (15, 100, "right 2 times out of 10 at this score (n=100)"),
        (5, 100, "right once out of 10 at this score (n=100)"),
        (4, 100, "right less than once out of 20 at this score (n=100)"),
        (0, 40, "right less than once out of 20 at this score (n=40)"),
    ],
)
def test_the_words_for_a_rate(right: int, of: int, words: str) -> None:
    assert how_often(Reliability(right, of)) == words


@given(st.integers(1, 3000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_words_are_near_the_truth_and_never_certain(counts: tuple[int, int]) -> None:
    right, of = counts
    words = how_often(Reliability(right, of))
    assert words.endswith(f" at this score (n={of})")
    assert not re.search(r"\b(0|10) times out of 10\b|\b0 times", words)
    if said := re.match(r"right (\d+) times out of (\d+) ", words):
        top = 0.04 if said[2] == "20" else 0.01 if said[2] == "100" else 0.05
        assert abs(int(said[1]) / int(said[2]) - (right + 1) / (of + 2)) <= top + 1e-9


@given(st.integers(1, 3000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_near_the_top_no_more_is_said_than_was_seen(counts: tuple[int, int]) -> None:
    right, of = counts
    said = re.match(r"right (\d+) times out of (20|100) ", how_often(Reliability(right, of)))
    if said:
        assert int(said[1]) * of <= right * int(said[2])


BINS = ((0.5, 171, 206), (0.75, 200, 206))


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.0, None),
        (0.4999, None),
        (0.5, Reliability(171, 206)),
        (0.7499, Reliability(171, 206)),
        (0.75, Reliability(200, 206)),
        (1.0, Reliability(200, 206)),
    ],
)
def test_the_bin_of_a_probability(probability: float, expected: Reliability | None) -> None:
    assert reliability_at(measured(*BINS).bins, probability) == expected


def test_another_reader_says_nothing() -> None:
    section = measured(*BINS)
    assert reliability_for(section, lambda: READER)(0.9) == Reliability(200, 206)
    assert reliability_for(section, lambda: "another@reader") is unmeasured
    assert unmeasured(0.9) is None


def test_without_measurements_the_reader_is_not_asked_who_it_is() -> None:
    def ask() -> str:
        raise AssertionError("it would have to be loaded")

    assert reliability_for(None, ask) is unmeasured


def test_the_settings_hold_the_measurements_of_their_reader() -> None:
    config = Config(answer=AnswerConfig(reliability=measured(*BINS)))
    assert answer_settings(config, lambda: READER).reliability(0.9) == Reliability(200, 206)
    assert answer_settings(config, lambda: "another").reliability(0.9) is None
    # A paragraph alone, as `--task read` asks of it, is not what was measured.
    assert answer_settings(config).reliability(0.9) is None
    assert answer_settings(Config()) == AnswerSettings()


def test_a_reader_calibrated_anew_is_another_one() -> None:
    known = Calibration({"margin": 1.0, "similarity": 0.5}, PLAIN_CALIBRATION.ordering, 0.0)
    plain = identity_of("m@1", known)
    assert plain.startswith("m@1+")
    assert identity_of("m@2", known) != plain
    same = Calibration({"similarity": 0.5, "margin": 1.0}, known.ordering, 0.0, "by hand")
    assert identity_of("m@1", same) == plain, "the order of the weights and the words are nothing"
    for other in (
        Calibration({"margin": 1.1, "similarity": 0.5}, known.ordering, 0.0),
        Calibration(known.weights, {"margin": 1.1}, 0.0),
        Calibration(known.weights, known.ordering, 0.1),
    ):
        assert identity_of("m@1", other) != plain


def test_an_answer_says_it_in_every_view() -> None:
    reply = reply_with((0.5, 371, 412))
    words = "right 9 times out of 10 at this score (n=412), 1 source"
    assert to_text(reply).splitlines()[0] == f"Reykjavik  ({words})"
    assert drawn(reply_view(reply)).splitlines()[0].rstrip() == f"Reykjavik  {words}"
    assert "sure" not in to_text(reply)
    group, *others = to_json(reply)["groups"]
    assert group["reliability"] == {"right": 371, "of": 412}
    assert not any("reliability" in other for other in others)


@pytest.mark.parametrize("bins", [(), ((0.99, 30, 30),)])
def test_where_nothing_was_measured_everything_reads_as_before(
    bins: tuple[tuple[float, int, int], ...],
) -> None:
    reply = reply_with(*bins)
    assert to_text(reply).splitlines()[0] == f"Reykjavik  ({SURE})"
    assert all("reliability" not in group for group in to_json(reply)["groups"])


def test_a_refusal_says_nothing_of_it() -> None:
    reply = reply_with((0.5, 371, 412), threshold=1.0)
    assert reply.answer.abstained
    assert all(group.reliability is None for group in reply.answer.groups)
    assert "at this score" not in to_text(reply)


def test_the_other_side_of_a_dispute_says_its_probability() -> None:
    articles = [
        article("The meeting lasted 105 minutes.", "mine.txt"),
        article("According to the hosts it took just two hours in all.", "other.txt"),
    ]
    at = partial(reliability_at, measured((0.0, 9, 10)).bins)
    assistant = assistant_quoting(
        "105 minutes",
        "two hours",
        articles=articles,
        answer_type=AnswerType.DURATION,
        settings=AnswerSettings(reliability=at),
    )
    reply, _ = assistant.reply(Conversation(), "how long did the meeting last?")
    (rival,) = reply.answer.rivals
    assert reply.answer.groups[0].reliability == Reliability(9, 10)
    assert rival.reliability is None
    shown = to_text(reply).splitlines()
    assert shown[0].startswith("105 minutes  (right 8 times out of 10 at this score (n=10), ")
    (differing,) = [line for line in shown if line.startswith("Other articles differ")]
    assert " % sure, " in differing


def doctored(path: Path, index: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status = run_doctor(path, index)
    lines = capsys.readouterr().out.splitlines()
    return status, [line for line in lines if " reliability: " in line]


@pytest.mark.parametrize(
    "is_bundled",
    [pytest.param(True, id="bundled"), pytest.param(False, id="own", marks=pytest.mark.slow)],
)
def test_doctor_knows_for_which_reader_it_was_calibrated(
    is_bundled: bool, seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = "pullquote"
    if not is_bundled:  # the same model; another calibration makes it another reader
        own = shutil.copytree(bundled_folder(), tmp_path / "own-reader")
        PLAIN_CALIBRATION.save(own)
        model = str(own)
    path = tmp_path / "mine.toml"
    path.write_text(f'[reader]\nmodel = "{model}"\n')
    assert doctored(path, seed_index, capsys) == (0, [])

    path.write_text(f'[reader]\nmodel = "{model}"\n[answer]\ncalibration = "c.toml"\n')
    status = run_doctor(path, seed_index)
    assert status == 1
    assert "FAULT  config: " in (out := capsys.readouterr().out)
    assert "there is no such calibration file" in out

    identity = reader_identity(Config(reader=ReaderConfig(model=model)), seed_index)
    section = measured(*BINS, reader=identity)
    write_calibration(tmp_path / "c.toml", Calibrated(threshold=0.5, reliability=section))
    status, lines = doctored(path, seed_index, capsys)
    assert status == 0
    assert lines == [
        f"ok     reliability: {171 + 200} of {206 + 206} answers right, measured on 500 questions "
        "of q.jsonl, 2025-06-01"
    ]

    write_calibration(tmp_path / "c.toml", Calibrated(threshold=0.5, reliability=measured(*BINS)))
    status, lines = doctored(path, seed_index, capsys)
    assert status == 1
    assert lines == [
        f"FAULT  reliability: calibrated for another reader ({READER}) than the config's "
        f"({identity}); run `pullquote calibrate` again."
    ]


def test_an_index_opened_with_the_config_says_it(seed_index: Path) -> None:
    from bot.assembly.application import open_application

    identity = reader_identity(Config(), seed_index)
    for reader, is_said in ((identity, True), (READER, False)):
        section = measured((0.0, 371, 412), reader=reader)
        config = Config(answer=AnswerConfig(threshold=0.0, reliability=section))
        with reading_remembered():
            reply, _ = open_application(config, seed_index).assistant.reply(
                Conversation(), "how long did the meeting last?"
            )
        assert ("9 times out of 10 at this score (n=412)" in to_text(reply)) == is_said
