"""``calibrate`` from a question set, or a run's folder, to a file and what answers then say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.assembly.application import answer_settings
from bot.config import Config, load_config
from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.evaluation.calibrating.command import run_calibrate
from bot.evaluation.calibrating.threshold import wilson_interval
from bot.evaluation.comparing.saved_run import JUDGEMENTS, METRICS, PREDICTIONS
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.sets.questions import QuestionSet
from bot.presentation.reply_json import to_json
from bot.presentation.text import to_text
from retrieval.datatypes import Article, Reliability
from retrieval.doubles import QuotingReader
from retrieval.errors import ConfigError, PullquoteError, QuestionSetError, UsageError, WorkError
from tests.bot.worlds import answerer_over, article, contents_of

READER = "quoting@1"
TODAY = date(2025, 6, 1)
ARTICLE = article(
    "Anna Berg opened the fair in Oslo. Later that week, Bea Dahl closed it in Turku.", "fair.txt"
)
MARGINS = {"Anna Berg": 3.0, "Turku": 1.0}
"""What the world's reader finds, and by how many logits; ``Turku`` when asked where."""


class AskedInTheWorld:
    """Asks with the real assistant over a reader that quotes by the question's first word."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, config: Config, question_set: QuestionSet) -> list[Prediction]:
        predictions: list[Prediction] = []
        for question in question_set.questions:
            self.asked.append(question.id)
            quote = "Turku" if question.question.startswith("Where") else "Anna Berg"
            reply, _ = assistant(quote, config).reply(Conversation(), question.question)
            predictions.append(to_json(reply, question.id))
        return predictions


def assistant(quote: str, config: Config, source: Article = ARTICLE) -> Assistant:
    reader = QuotingReader([quote], margin=lambda _: MARGINS[quote])
    settings = answer_settings(config, lambda: READER)
    answerer = answerer_over(source, reader=reader, settings=settings)
    return Assistant(answerer, {source.id: source}.__getitem__)


def rows(name: str, question: str, right: int, wrong: int, none: int = 0) -> list[dict[str, Any]]:
    answers = {"who": "Anna Berg", "where": "Turku"}[name]
    golds = [[answers]] * right + [["somebody else"]] * wrong + [[]] * none
    return [
        {"id": f"{name}{n}", "question": question, "answers": gold} for n, gold in enumerate(golds)
    ]


WHO = "Who opened the fair in Oslo?"
WHERE = "Where was the fair closed?"
SET = [*rows("who", WHO, 37, 3), *rows("where", WHERE, 20, 10, 10)]
"""At the surer score 37 of 40 are right, at the other 20 of 40: 57 of 80 in all."""


@pytest.fixture
def question_set(tmp_path: Path) -> Path:
    return written(tmp_path / "fair.jsonl", SET)


@pytest.fixture
def config_path(tmp_path: Path) -> Path:
    """A config that names its calibration file, which is still to be written."""
    path = tmp_path / "mine.toml"
    path.write_text('[answer]\ncalibration = "calibration.toml"\n')
    return path


def written(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def calibrate(
    config: Path | None,
    source: Path,
    precision: float = 0.9,
    ask_all: AskedInTheWorld | None = None,
    reader: str = READER,
) -> None:
    run_calibrate(
        config,
        source,
        precision,
        ask_all=ask_all or AskedInTheWorld(),
        reader_of=lambda _: reader,
        today=lambda: TODAY,
    )


def test_from_a_set_to_what_answers_say(
    question_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[answer]\nthreshold = 0.2 # mine\n")
    before = load_config(path)
    shown = to_text(assistant("Anna Berg", before).reply(Conversation(), WHO)[0])
    assert shown.startswith("Anna Berg  (95 % sure, 1 source)")
    calibrate(path, question_set)
    assert path.read_text() == "[answer]\nthreshold = 0.2 # mine\n", "it is the user's"
    assert load_config(path) == before
    out = capsys.readouterr().out.splitlines()

    path.write_text(f"[answer]\n{out[-1]}\n")
    config = load_config(path)
    found = config.answer.reliability
    assert found is not None
    assert (found.precision, found.reader) == (0.9, READER)
    on = found.measured_on
    assert (on.file, on.questions, on.day) == ("fair.jsonl", len(SET), TODAY)
    assert [(b.start, b.right, b.of) for b in found.bins] == [(config.answer.threshold, 37, 40)]

    sure, _ = assistant("Anna Berg", config).reply(Conversation(), WHO)
    assert to_text(sure).startswith(
        "Anna Berg  (right 9 times out of 10 at this score (n=40), 1 source)"
    )
    unsure, _ = assistant("Turku", config).reply(Conversation(), WHERE)
    assert unsure.answer.abstained
    assert unsure.answer.probability < config.answer.threshold < sure.answer.probability

    low, high = wilson_interval(37, 40)
    assert out == [
        f"threshold {config.answer.threshold:g} (before: 0.2)",
        f"precision {37 / 40:.3f}, 95 % interval {low:.3f} to {high:.3f}: 37 of 40 answers right",
        f"coverage {40 / 80:.3f}: 40 of 80 questions answered",
        f"to expect on other questions (cross-validated): precision {37 / 40:.3f}, "
        f"coverage {40 / 80:.3f}",
        "few answers (n=40): the precision may be off by more than 5 points; "
        "calibrate on more questions",
        f"written to {tmp_path / 'calibration.toml'}: threshold, and reliability with one rate for "
        "all scores",
        f"it is not used yet: add this line to the section [answer] of {path}, and remove "
        "threshold from it",
        'calibration = "calibration.toml"',
    ]


def test_a_config_that_names_the_file_needs_no_change(
    question_set: Path, config_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigError, match="no such calibration file; run `pullquote calibrate`"):
        load_config(config_path)
    calibrate(config_path, question_set)
    out = capsys.readouterr().out
    assert f"(before: {Config().answer.threshold:g})" in out
    assert out.splitlines()[-1].startswith("written to ")
    threshold = load_config(config_path).answer.threshold
    calibrate(config_path, question_set, precision=0.5)
    assert f"(before: {threshold:g})" in capsys.readouterr().out
    assert load_config(config_path).answer.threshold < threshold


def test_a_config_may_name_a_file_of_its_own(question_set: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text('[answer]\ncalibration = "other-calibration.toml"\n')
    calibrate(path, question_set)
    assert (tmp_path / "other-calibration.toml").exists()
    assert load_config(path).answer.reliability is not None
    assert not (tmp_path / "calibration.toml").exists()


def test_a_config_that_is_not_there_has_the_defaults(
    question_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.toml"
    calibrate(path, question_set)
    assert not path.exists()
    sentence, line = capsys.readouterr().out.splitlines()[-2:]
    assert sentence == f"it is not used yet: add this line to the section [answer] of {path}"
    path.write_text(f"[answer]\n{line}\n")
    assert load_config(path).answer.reliability is not None


def test_a_lower_precision_answers_more_and_tells_the_scores_apart(
    question_set: Path, config_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calibrate(config_path, question_set, precision=(37 + 20) / 80)
    config = load_config(config_path)
    assert config.answer.reliability is not None
    assert [(b.right, b.of) for b in config.answer.reliability.bins] == [(20, 40), (37, 40)]
    for quote, question, measured in (
        ("Anna Berg", WHO, Reliability(37, 40)),
        ("Turku", WHERE, Reliability(20, 40)),
    ):
        reply, _ = assistant(quote, config).reply(Conversation(), question)
        assert reply.answer.groups[0].reliability == measured
    assert "reliability with rates for 2 score ranges" in capsys.readouterr().out


def test_a_set_in_which_all_have_answers_is_told_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path / "fair.jsonl", [row for row in SET if row["answers"]])
    calibrate(tmp_path / "new.toml", source)
    assert "every question of this set has an answer" in capsys.readouterr().out


def test_an_interval_that_is_narrow_is_no_matter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    low, high = wilson_interval(380, 400)
    assert (high - low) / 2 < 0.05
    folder = a_run(tmp_path / "run", [("q", 0.8, True)] * 380 + [("q", 0.8, False)] * 20)
    calibrate(tmp_path / "new.toml", folder)
    assert "few answers" not in capsys.readouterr().out


def test_out_of_reach_nothing_is_written(question_set: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkError) as caught:
        calibrate(tmp_path / "new.toml", question_set, precision=0.99)
    assert str(caught.value).startswith(f"{question_set}: no threshold reaches")
    assert f"the best on this set is {37 / 40:.3f}, from " in str(caught.value)
    assert "(n=40)" in str(caught.value)
    assert caught.value.exit_status == 1
    assert [path.name for path in tmp_path.glob("*.toml")] == []


@pytest.mark.parametrize("precision", [0.0, -0.5, 1.01, 90.0, float("nan")])
def test_a_precision_that_is_none(precision: float, question_set: Path, tmp_path: Path) -> None:
    refused(UsageError, "--precision 0.9", tmp_path / "new.toml", question_set, precision)


def refused(
    kind: type[PullquoteError], says: str, config: Path | None, source: Path, precision: float = 0.9
) -> None:
    """With one sentence, and before a single question is asked."""
    asked = AskedInTheWorld()
    with pytest.raises(kind) as caught:
        calibrate(config, source, precision, asked)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2
    assert asked.asked == []


def test_without_a_config_file_nothing_is_asked(question_set: Path, tmp_path: Path) -> None:
    refused(UsageError, "name one with --config", None, question_set)
    refused(ConfigError, "its folder does not exist", tmp_path / "no" / "a.toml", question_set)
    (tmp_path / "calibration.toml").mkdir()
    refused(ConfigError, "cannot be written", tmp_path / "new.toml", question_set)


@pytest.mark.parametrize(
    ("config", "calibration", "says"),
    [
        ("[answer", None, "is not valid TOML"),
        ('[answer]\ncalibration = "c.toml"\nthreshold = 0.5', None, "remove threshold or cal"),
        ('[answer]\ncalibration = "mine.toml"', None, 'the key "answer" is not known'),
        ('[answer]\ncalibration = "c.toml"', "my notes", "is not valid TOML"),
        ('[answer]\ncalibration = "c.toml"', "notes = 1", 'the key "notes" is not known'),
        ('[answer]\ncalibration = "no/c.toml"', None, "its folder does not exist"),
        ('[answer]\ncalibration = "a\\u0000b"', None, '"answer.calibration": '),
    ],
)
def test_what_is_no_calibration_is_never_overwritten(
    config: str, calibration: str | None, says: str, question_set: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(config)
    if calibration is not None:
        (tmp_path / "c.toml").write_text(calibration)
    before = contents_of(tmp_path)
    refused(ConfigError, says, tmp_path / "mine.toml", question_set)
    assert contents_of(tmp_path) == before


def test_what_lies_where_an_unnamed_calibration_would_go_is_never_overwritten(
    question_set: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("")
    (tmp_path / "calibration.toml").write_text("[camera]\nfocus = 1\n")
    before = contents_of(tmp_path)
    refused(ConfigError, "calibration.toml: ", tmp_path / "mine.toml", question_set)
    assert contents_of(tmp_path) == before


def test_a_set_that_cannot_be_judged_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    none = written(tmp_path / "none.jsonl", [{**row, "answers": []} for row in SET])
    refused(QuestionSetError, "no question has an accepted answer", config, none)
    refused(QuestionSetError, "no such file", config, tmp_path / "nowhere.jsonl")
    assert not (tmp_path / "calibration.toml").exists()


def a_run(folder: Path, outcomes: Sequence[tuple[str, float, bool]], **changes: Any) -> Path:
    """The files of an earlier run: name, probability of the best group, whether it is right."""
    folder.mkdir()
    numbered = [(f"{name}{n}", score, right) for n, (name, score, right) in enumerate(outcomes)]
    written(
        folder / PREDICTIONS,
        [
            {"id": name, "probability": score, "groups": [{"answer": "x"}] if score else []}
            for name, score, _ in numbered
        ],
    )
    written(
        folder / JUDGEMENTS,
        [
            {
                "id": name,
                "question": "?",
                "answers": ["x"] if right else [],
                "verdict": "right",
                "cluster": name,
                "measures": {"best_span_right": float(right)},
            }
            for name, _, right in numbered
        ],
    )
    run = {"task": "answer", "set": "data/fair.jsonl", "reader": READER, **changes}
    counts = {"questions": len(outcomes)}
    (folder / METRICS).write_text(json.dumps({"run": run, "counts": counts}))
    return folder


OUTCOMES = [("a", 0.9, n < 37) for n in range(40)] + [("b", 0.5, n < 20) for n in range(40)]


def test_a_run_that_was_judged_need_not_be_asked_again(tmp_path: Path, config_path: Path) -> None:
    asked = AskedInTheWorld()
    calibrate(config_path, a_run(tmp_path / "run", OUTCOMES), ask_all=asked)
    assert asked.asked == []
    answer = load_config(config_path).answer
    assert answer.threshold == (0.5 + 0.9) / 2
    assert answer.reliability is not None
    assert (answer.reliability.bins[0].right, answer.reliability.bins[0].of) == (37, 40)
    assert answer.reliability.measured_on.file == "fair.jsonl"
    assert answer.reliability.measured_on.questions == len(OUTCOMES)


def test_what_was_not_asked_is_left_out_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_run(tmp_path / "run", OUTCOMES)
    row = {"id": "late", "question": "?", "answers": ["x"], "verdict": "not asked"}
    row |= {"cluster": "late", "measures": {}}
    with (folder / JUDGEMENTS).open("a") as stream:
        stream.write(json.dumps(row) + "\n")
    metrics = json.loads((folder / METRICS).read_text())
    metrics["counts"]["questions"] += 1
    (folder / METRICS).write_text(json.dumps(metrics))
    calibrate(tmp_path / "mine.toml", folder)
    out = capsys.readouterr().out
    assert "left out 1: they were not asked" in out
    assert "40 of 80 questions answered" in out


def test_a_run_with_another_reader_is_refused(tmp_path: Path) -> None:
    folder = a_run(tmp_path / "run", OUTCOMES, reader="another@1")
    refused(QuestionSetError, "with another reader (another@1)", tmp_path / "new.toml", folder)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        (PREDICTIONS, None, f"holds no {PREDICTIONS}"),
        (JUDGEMENTS, None, f"holds no {JUDGEMENTS}"),
        (METRICS, None, f"holds no {METRICS}"),
        (METRICS, "{", f"{METRICS}: does not say what was run"),
        (METRICS, "[]", f"{METRICS}: does not say what was run"),
        (METRICS, '{"counts": {}}', f"{METRICS}: does not say what was run"),
        (
            METRICS,
            '{"run": {"task": "answer", "set": "s", "reader": null}, "counts": {"questions": 80}}',
            "no reader",
        ),
        (
            METRICS,
            '{"run": {"task": "retrieve", "set": "s"}, "counts": {"questions": 80}}',
            "task retrieve",
        ),
        (PREDICTIONS, "{", f"{PREDICTIONS}: line 1"),
        (PREDICTIONS, "\n[]", f"{PREDICTIONS}: line 2"),
        (PREDICTIONS, '{"passages": []}', f"{PREDICTIONS}: line 1"),
        (PREDICTIONS, '{"id": "a", "probability": NaN}', f"{PREDICTIONS}: line 1"),
        (PREDICTIONS, '{"id": "a", "probability": 1.5}', f"{PREDICTIONS}: line 1"),
        (PREDICTIONS, "", "do not have the same questions"),
        (JUDGEMENTS, '{"id": "a"}', f"{JUDGEMENTS}: line 1"),
    ],
)
def test_a_folder_that_is_no_whole_run(
    file: str, content: str | None, says: str, tmp_path: Path
) -> None:
    folder = a_run(tmp_path / "run", OUTCOMES)
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content)
    refused(UsageError, says, tmp_path / "new.toml", folder)
    assert not (tmp_path / "calibration.toml").exists()
