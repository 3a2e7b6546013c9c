"""The config file: what is taken, and the one sentence that refuses the rest."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.assembly.application import read_settings
from bot.config import Config, MeasuredOn, ReliabilityConfig, load_config
from bot.environment import state_folder
from bot.storage.conversations import Limits
from retrieval.answer.calibration import Calibration
from retrieval.errors import ConfigError
from retrieval.index.encoder import DEFAULT_MODEL
from retrieval.indexing.build import IndexSettings
from retrieval.ingest.document import ReadSettings
from retrieval.ingest.formats.records import NAMES
from retrieval.pipeline import AnswerSettings
from retrieval.reader.model_store import bundled_folder

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def refusal(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as error:
        load_config(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert error.value.exit_status == 2
    return message.removeprefix(f"{path}: ")


def test_the_example_equals_the_defaults() -> None:
    assert load_config(EXAMPLE) == Config() == load_config(None)


def test_the_example_mentions_every_key() -> None:
    written = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert written == Config().model_dump(exclude_none=True, mode="json")


def test_the_example_explains_every_key() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    keys = [n for n, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    bare = [lines[n] for n in keys if "#" not in lines[n] and not lines[n - 1].startswith("#")]
    assert bare == []


def test_the_example_of_what_is_measured_is_one() -> None:
    """It stands there in comments, because nothing has been measured by default."""
    section = EXAMPLE.read_text(encoding="utf-8").partition("# [answer.reliability]\n")[2]
    commented = section.partition("\n\n")[0].splitlines()
    assert all(line.startswith("# ") for line in commented)
    record = tomllib.loads("\n".join(line.removeprefix("# ") for line in commented))
    assert set(record) == set(ReliabilityConfig.model_fields)
    assert len(ReliabilityConfig.model_validate(record).bins) == 2


def test_the_defaults_are_those_of_the_parts() -> None:
    config = Config()
    assert config.encoder.model == DEFAULT_MODEL == IndexSettings().model
    assert config.index.window_words == IndexSettings().window.words
    assert config.index.window_overlap == IndexSettings().window.overlap
    assert config.answer.passages == AnswerSettings().passages
    assert config.answer.citations == AnswerSettings().citations
    assert timedelta(days=config.conversation.expire_days) == Limits().age
    assert config.conversation.most_conversations == Limits().most


MEASURED = """
[answer.reliability]
precision = 0.9
measured_on = { file = "q.jsonl", questions = 500, day = 2025-06-01 }
reader = "some@reader"
bins = [ { from = 0.5, right = 171, of = 206 }, { from = 0.75, right = 206, of = 206 } ]
"""


def test_what_was_measured_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MEASURED)
    measured = load_config(path).answer.reliability
    assert measured is not None
    assert measured.precision == 0.9
    assert measured.measured_on == MeasuredOn(file="q.jsonl", questions=500, day=date(2025, 6, 1))
    assert [(b.start, b.right, b.of) for b in measured.bins] == [(0.5, 171, 206), (0.75, 206, 206)]
    assert load_config(None).answer.reliability is None


CALIBRATION = "threshold = 0.52\n" + MEASURED.replace("[answer.reliability]", "[reliability]")


def test_a_calibration_file_lies_where_the_config_says(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MEASURED)
    reliability = load_config(path).answer.reliability
    (tmp_path / "measured").mkdir()
    (tmp_path / "measured" / "c.toml").write_text(CALIBRATION)
    path.write_text('[answer]\ncalibration = "measured/c.toml"\npassages = 9\n')
    answer = load_config(path).answer
    assert (answer.threshold, answer.reliability, answer.passages) == (0.52, reliability, 9)
    path.write_text(f"[answer]\ncalibration = '{tmp_path / 'measured' / 'c.toml'}'\n")
    assert load_config(path).answer.threshold == 0.52


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ("threshold = 0.5", "threshold"),
        (MEASURED, "reliability"),
        ("threshold = 0.35\n" + MEASURED, "threshold and reliability"),
    ],
)
def test_a_config_that_sets_what_its_calibration_sets(tmp_path: Path, own: str, named: str) -> None:
    path = tmp_path / "mine.toml"
    (tmp_path / "c.toml").write_text(CALIBRATION)
    assert refusal(path, f'[answer]\ncalibration = "c.toml"\n{own}') == (
        f"[answer] sets {named}, and so does the calibration file that it names; "
        f"remove {named} or calibration."
    )


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("threshold = 0.52", "", 'the key "threshold" is missing; add it.'),
        ("threshold = 0.52", "treshold = 0.52", 'did you mean "threshold"?'),
        ("threshold = 0.52", "threshold = 52", '"threshold": '),
        ("precision = 0.9", "precison = 0.9", 'did you mean "precision"?'),
        ("from = 0.5", "form = 0.5", 'did you mean "from"?'),
        ("[reliability]", "[answer.reliability]", "known keys are threshold, reliability."),
        ("[reliability]", "[reliability", "is not valid TOML"),
    ],
)
def test_a_faulty_calibration_file_is_refused_by_its_name(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    path, file = tmp_path / "mine.toml", tmp_path / "c.toml"
    path.write_text('[answer]\ncalibration = "c.toml"\n')
    assert before in CALIBRATION
    file.write_text(CALIBRATION.replace(before, after, 1))
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert str(error.value).startswith(f"{file}: ")
    assert says in str(error.value)


def test_a_calibration_file_that_is_missing_names_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[answer]\ncalibration = "c.toml"\n')
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert str(error.value) == (
        f"{tmp_path / 'c.toml'}: there is no such calibration file; run `pullquote calibrate` with "
        f"--config {path}, or check answer.calibration there."
    )


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("precision = 0.9", "", 'the key "answer.reliability.precision" is missing; add it.'),
        ("precision = 0.9", "precision = 0.0", '"answer.reliability.precision"'),
        ("precision = 0.9", "precision = 90", '"answer.reliability.precision"'),
        ("precision = 0.9", "precison = 0.9", 'did you mean "precision"?'),
        ("from = 0.5", "form = 0.5", 'did you mean "from"?'),
        ("from = 0.5", "start = 0.5", '"answer.reliability.bins.0.start" is not known'),
        ("from = 0.5", "from = -0.5", "answer.reliability.bins.0.from"),
        ("from = 0.75", "from = 0.5", "bins must rise"),
        ("from = 0.75", "from = 1.5", "answer.reliability.bins.1.from"),
        ("right = 171", "right = 207", "right must not be more than of"),
        ("right = 171", "right = -1", "answer.reliability.bins.0.right"),
        ("right = 206", "right = 100", "bins must rise"),
        ("of = 206 }, {", "of = 0 }, {", "answer.reliability.bins.0.of"),
        ("of = 206 }, {", "of = 206.5 }, {", "answer.reliability.bins.0.of"),
        ('reader = "some@reader"', 'reader = ""', "answer.reliability.reader"),
        ("questions = 500", "questions = 0", "answer.reliability.measured_on.questions"),
        ("questions = 500", "question = 500", 'did you mean "questions"?'),
        ("day = 2025-06-01", 'day = "yesterday"', "answer.reliability.measured_on.day"),
        ("[ { from", "[] # { from", "answer.reliability.bins"),
    ],
)
def test_measurements_that_cannot_be_name_their_key(
    tmp_path: Path, before: str, after: str, named: str
) -> None:
    assert before in MEASURED
    assert named in refusal(tmp_path / "mine.toml", MEASURED.replace(before, after, 1))


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "empty.toml"
    path.touch()
    assert load_config(path) == Config()


def test_one_key_changes_one_value(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[answer]\nthreshold = 0.75\n")
    assert load_config(path).answer.threshold == 0.75
    assert load_config(path).index == Config().index


def test_a_whole_number_will_do_for_a_fraction(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[answer]\nthreshold = 1\n")
    assert load_config(path).answer.threshold == 1


@pytest.mark.parametrize(
    ("content", "misspelt", "meant"),
    [
        ("[answer]\ntreshold = 0.5", "answer.treshold", "threshold"),
        ("[awnser]\nthreshold = 0.5", "awnser", "answer"),
        ("[index]\nwindow_word = 50", "index.window_word", "window_words"),
        ("[retrieval]\nbm25_K1 = 1.0", "retrieval.bm25_K1", "bm25_k1"),
        ("[conversation]\nexpires_days = 9", "conversation.expires_days", "expire_days"),
    ],
)
def test_a_misspelt_key_names_the_nearest(
    tmp_path: Path, content: str, misspelt: str, meant: str
) -> None:
    message = refusal(tmp_path / "mine.toml", content)
    assert f'"{misspelt}"' in message
    assert f'did you mean "{meant}"?' in message


def test_a_key_like_no_other_lists_those_that_are_known(tmp_path: Path) -> None:
    message = refusal(tmp_path / "mine.toml", "[answer]\nzzz = 1")
    for known in ("passages", "threshold", "citations"):
        assert known in message


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('[answer]\nthreshold = "0.5"', "answer.threshold"),
        ("[answer]\nthreshold = true", "answer.threshold"),
        ("[answer]\nthreshold = nan", "answer.threshold"),
        ("[answer]\nthreshold = 1.5", "answer.threshold"),
        ("[answer]\nthreshold = -0.1", "answer.threshold"),
        ("[answer]\npassages = 0", "answer.passages"),
        ("[answer]\npassages = 2.5", "answer.passages"),
        ("[answer]\ncitations = 0", "answer.citations"),
        ("[index]\nwindow_words = 0", "index.window_words"),
        ("[index]\nwindow_overlap = -1", "index.window_overlap"),
        ("[index]\nwindow_words = 30\nwindow_overlap = 30", "window_overlap"),
        ("[retrieval]\ndense_weight = nan", "retrieval.dense_weight"),
        ("[retrieval]\ndense_weight = inf", "retrieval.dense_weight"),
        ("[retrieval]\nbm25_k1 = inf", "retrieval.bm25_k1"),
        ("[conversation]\nexpire_days = 0", "conversation.expire_days"),
        ("[conversation]\nexpire_days = 36501", "conversation.expire_days"),
        ("[conversation]\nexpire_days = 1.5", "conversation.expire_days"),
        ("[conversation]\nmost_conversations = 0", "conversation.most_conversations"),
        ('[conversation]\nmost_conversations = "9"', "conversation.most_conversations"),
        ("[encoder]\nmodel = 5", "encoder.model"),
        ('[encoder]\nmodel = ""', "encoder.model"),
        ("[encoder]\nthreads = -1", "encoder.threads"),
        ("answer = 5", "answer"),
        ("[[answer]]\nthreshold = 0.5", "answer"),
    ],
)
def test_a_value_that_cannot_be_names_its_key(tmp_path: Path, content: str, key: str) -> None:
    assert key in refusal(tmp_path / "mine.toml", content)


@pytest.mark.parametrize(
    "content", ["threshold 0.5", "[answer", "a = 1\na = 2", "\x00", b"\xff\xfe\x00"]
)
def test_what_is_no_toml(tmp_path: Path, content: str | bytes) -> None:
    assert refusal(tmp_path / "mine.toml", content)


def test_a_windows_editor_may_leave_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf[answer]\r\nthreshold = 0.75\r\n")
    assert load_config(path).answer.threshold == 0.75


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml: there is no such config file"):
        load_config(tmp_path / "missing.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Config().answer.threshold = 0.1


def test_the_state_folder_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "pullquote"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder() == tmp_path / ".local" / "state" / "pullquote"


AGREEMENT = {"agreement", "support", "origins", "coverage", "missing", "nearby", "rank"}


def test_the_shipped_calibration_grows_with_the_margin_and_counts_no_agreement() -> None:
    """Nor how many of the question's ordinary words are there: an answer may be in others."""
    calibration = Calibration.load(bundled_folder())
    for weights in (calibration.weights, calibration.ordering):
        assert weights["margin"] > 0
        assert not AGREEMENT & weights.keys()
        against = {"anchors_missing", "repetition"}
        assert all(weight <= 0 for name, weight in weights.items() if name in against)
        assert all(weight >= 0 for name, weight in weights.items() if name not in against)


def test_names_of_fields_lead_to_ours(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(
        '[ingest]\nfields = { abstract = "text", "written by" = "author" }\ntext_mb = 2\n'
    )
    settings = read_settings(load_config(path))
    assert settings.fields == {"abstract": "text", "written by": "author"}
    assert settings.bounds.text == 2 * 2**20
    assert read_settings(Config()) == ReadSettings()


def test_a_field_that_leads_nowhere_is_refused_with_the_nearest(tmp_path: Path) -> None:
    told = refusal(tmp_path / "c.toml", '[ingest]\nfields = { wer = "auther" }\n')
    assert '"wer" is to be "auther", which is no field here; did you mean "author"?' in told
    told = refusal(tmp_path / "c.toml", '[ingest]\nfields = { wer = "zzz" }\n')
    assert "there are text, title" in told


def test_the_fields_are_those_that_records_have(tmp_path: Path) -> None:
    for name in NAMES:
        path = tmp_path / "c.toml"
        path.write_text(f'[ingest]\nfields = {{ x = "{name}" }}\n')
        assert load_config(path).ingest.fields == {"x": name}
