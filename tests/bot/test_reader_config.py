"""Which reader answers: the bundled one, or one's own; and when it is not whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.assembly import readers
from bot.assembly.application import build_index, open_application
from bot.assembly.readers import ReadyReader, make_reader
from bot.cli.doctor import run_doctor
from bot.config import Config, ReaderConfig, load_config
from retrieval.answer.calibration import FILE as CALIBRATION_FILE
from retrieval.answer.calibration import Calibration
from retrieval.errors import ConfigError, ForeignIndexError, ModelError
from retrieval.indexing.build import no_progress
from retrieval.reader import model_store as library
from retrieval.reader.export import export_reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_store import READERS_FOLDER, bundled_folder
from retrieval.reader.span_model import GRAPH_FILE, SETTINGS_FILE, TOKENIZER_FILE
from tests.bot.conftest import Run
from tests.bot.test_cli_refusals import ASKED, check_refusal
from tests.bot.worlds import contents_of
from tests.conftest import SEEDS
from tests.retrieval import tiny_hub

OWN = Calibration({"margin": 0.25}, {"margin": 0.5}, -1.5, "by hand")


@pytest.fixture(scope="session")
def hub_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_hub.bert(tmp_path_factory.mktemp("hub") / "tiny")


@pytest.fixture(scope="session")
def whole_export(hub_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export_reader(str(hub_model), folder)
    return folder


@pytest.fixture
def exported(whole_export: Path, tmp_path: Path) -> Path:
    """A reader exported by hand, that a test may damage."""
    return Path(shutil.copytree(whole_export, tmp_path / "exported"))


def naming(model: str | Path, **more: object) -> Config:
    """With nobody who looks again."""
    reader = ReaderConfig(model=str(model), second="off", **more)  # type: ignore[arg-type]
    return Config(reader=reader)


def written(folder: Path, model: str | Path, *, threshold: float = 0.0) -> Path:
    """A config file; with this threshold every question gets an answer."""
    path = folder / "mine.toml"
    path.write_text(
        f'[reader]\nmodel = {json.dumps(str(model))}\nsecond = "off"\nthreads = 1\n'
        f"[answer]\nthreshold = {threshold}\n"
    )
    return path


def ready(model: str | Path, index: Path) -> ReadyReader:
    return make_reader(naming(model), index)


def test_the_keys(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, "some/where")).reader == ReaderConfig(
        model="some/where", second="off", threads=1
    )
    assert Config().reader == ReaderConfig(model="pullquote", second="large", threads=0)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('[reader]\nmodle = "x"\n', '"reader.modle" is not known; did you mean "model"?'),
        ("[reader]\nthread = 2\n", '"reader.thread" is not known; did you mean "threads"?'),
        ("[raeder]\nthreads = 2\n", '"raeder" is not known; did you mean "reader"?'),
        ("[reader]\nzzz = 2\n", "known keys are model, second, threads."),
        ('[reader]\nsecond = ""\n', '"reader.second"'),
        ('[reader]\nsecond = "larg"\n', 'did you mean "large"?'),
        ("[reader]\nsecond = true\n", '"reader.second"'),
        ('[reader]\nmodel = ""\n', '"reader.model"'),
        ("[reader]\nmodel = 3\n", '"reader.model"'),
        ('[reader]\nmodel = "model-free"\n', 'no reader without a model any more; use "pullquote"'),
        ("[reader]\nthreads = -1\n", '"reader.threads"'),
        ("[reader]\nthreads = 1.5\n", '"reader.threads"'),
        ("[reader]\nthreads = true\n", '"reader.threads"'),
        ("reader = 3\n", '"reader"'),
    ],
)
def test_what_is_refused(tmp_path: Path, content: str, named: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_bundled_reader_with_its_calibration(tmp_path: Path) -> None:
    made = ready("pullquote", tmp_path)
    assert isinstance(made.reader, ExtractiveReader)
    assert made.calibration == Calibration.load(bundled_folder())
    assert list(tmp_path.iterdir()) == []


def test_ones_own_folder_with_its_own_calibration(exported: Path, tmp_path: Path) -> None:
    OWN.save(exported)
    made = ready(exported, tmp_path / "index")
    assert isinstance(made.reader, ExtractiveReader)
    assert made.calibration == OWN
    made.load()


def test_ones_own_folder_without_calibration_borrows_the_bundled_one(
    exported: Path, tmp_path: Path
) -> None:
    made = ready(exported, tmp_path / "index")
    assert made.calibration == Calibration.load(bundled_folder()) != OWN
    made.load()


def test_a_calibration_that_is_none_is_one_sentence(exported: Path, tmp_path: Path) -> None:
    # Was: "install pullquote again", which would not mend one's own file.
    (exported / CALIBRATION_FILE).write_text('{"weights": []}')
    with pytest.raises(ModelError, match=CALIBRATION_FILE) as caught:
        ready(exported, tmp_path / "index")
    assert "\n" not in str(caught.value)
    assert "install pullquote" not in str(caught.value)


def test_the_threads_of_the_config_reach_the_model(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    real = readers.OnnxSpanModel

    def noted(folder: Path, **named: object) -> object:
        given.append(named["threads"])
        return real(folder, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(readers, "OnnxSpanModel", noted)
    make_reader(naming(exported, threads=3), tmp_path)
    assert given == [3]


@pytest.fixture(scope="module")
def prepared(
    pullquote: Run, seed_index: Path, hub_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a config that names the hub's model, and an index for which it is prepared."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copytree(seed_index, folder / "index")
    config = written(folder, hub_model)
    done = pullquote("index", SEEDS, "--config", config, "--index", folder / "index")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("added 0, changed 0")
    return folder


def test_index_prepares_the_reader_and_ask_answers_with_it(
    pullquote: Run, prepared: Path, hub_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder,) = (prepared / "index" / READERS_FOLDER).iterdir()
    assert folder.name.startswith("tiny-")
    assert {p.name for p in folder.iterdir()} == {GRAPH_FILE, TOKENIZER_FILE, SETTINGS_FILE}
    before = contents_of(prepared)
    arguments = ("--config", prepared / "mine.toml", "--index", prepared / "index")
    done = pullquote("ask", ASKED, "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert not record["abstained"]
    citation = record["groups"][0]["citations"][0]
    text = (SEEDS / citation["article_id"]).read_bytes().decode("utf-8-sig")
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    # Random weights do not find what the bundled reader finds.
    assert record["answer"] != "one hour and 45 minutes"
    assert contents_of(prepared) == before

    assert run_doctor(prepared / "mine.toml", prepared / "index") == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "  reader: " in line]
    assert line.startswith(f"ok     reader: {hub_model}@")
    assert "those of the bundled reader" in line


def test_indexing_again_does_not_export_again(prepared: Path, hub_model: Path) -> None:
    def refuse(model: str, folder: Path) -> None:
        raise AssertionError("it is there")

    folder = library.prepare_reader(str(hub_model), prepared / "index", refuse)
    assert folder.parent == prepared / "index" / READERS_FOLDER


def test_a_reader_that_is_not_prepared(
    pullquote: Run, seed_index: Path, hub_model: Path, tmp_path: Path
) -> None:
    config = written(tmp_path, hub_model)
    before = contents_of(seed_index)
    done = pullquote("ask", ASKED, "--config", config, "--index", seed_index)
    check_refusal(done, 1, str(hub_model), "not been prepared", "`pullquote index`")
    doctor = pullquote("doctor", "--config", config, "--index", seed_index)
    assert doctor.returncode == 1
    (fault,) = [line for line in doctor.stdout.splitlines() if "FAULT" in line]
    assert fault.startswith(f'FAULT  reader: the reader "{hub_model}" has not been prepared')
    assert contents_of(seed_index) == before


def test_index_refuses_a_model_that_cannot_read(
    either_way: Run, index_copy: Path, tmp_path: Path
) -> None:
    plain = tiny_hub.bert(tmp_path / "plain", head=False)
    config = written(tmp_path, plain)
    done = either_way("index", SEEDS, "--config", config, "--index", index_copy)
    # Was: before the sentence stood a table of transformers', with escape sequences.
    check_refusal(done, 1, str(plain), "has no span head")
    after = contents_of(index_copy)
    assert [name for name in after if name.startswith(READERS_FOLDER)] == []
    open_application(Config(), index_copy)  # the bundled reader still answers


def truncated_graph(folder: Path) -> str:
    path = folder / GRAPH_FILE
    path.write_bytes(path.read_bytes()[:1000])
    return f"{path}: differs from its checksum"


def truncated_graph_with_its_checksum(folder: Path) -> str:
    """As an export on a full disk might leave it."""
    from hashlib import sha256

    path = folder / GRAPH_FILE
    path.write_bytes(path.read_bytes()[:1000])
    record = json.loads((folder / SETTINGS_FILE).read_text())
    record["sha256"][GRAPH_FILE] = sha256(path.read_bytes()).hexdigest()
    (folder / SETTINGS_FILE).write_text(json.dumps(record))
    return f"{path}: cannot be loaded"


def wrong_checksum(folder: Path) -> str:
    record = json.loads((folder / SETTINGS_FILE).read_text())
    record["sha256"][TOKENIZER_FILE] = "0" * 64
    (folder / SETTINGS_FILE).write_text(json.dumps(record))
    return f"{folder / TOKENIZER_FILE}: differs from its checksum"


def missing_tokenizer(folder: Path) -> str:
    (folder / TOKENIZER_FILE).unlink()
    return f"{folder / TOKENIZER_FILE}: cannot be read"


def empty_settings(folder: Path) -> str:
    (folder / SETTINGS_FILE).write_text("")
    return f"{folder / SETTINGS_FILE}: cannot be read"


DAMAGES = [
    truncated_graph,
    truncated_graph_with_its_checksum,
    wrong_checksum,
    missing_tokenizer,
    empty_settings,
]
DAMAGED = pytest.mark.parametrize(
    "damage",
    [
        pytest.param(d, id=d.__name__, marks=() if d in DAMAGES[1:3] else pytest.mark.slow)
        for d in DAMAGES
    ],
)
AT_THE_COMMAND_LINE = pytest.mark.parametrize(
    "damage", DAMAGES[1:4], ids=lambda damage: damage.__name__
)


@AT_THE_COMMAND_LINE
def test_ones_own_reader_damaged_is_one_sentence(
    pullquote: Run,
    seed_index: Path,
    exported: Path,
    tmp_path: Path,
    damage: Callable[[Path], str],
) -> None:
    fault = damage(exported)
    config = written(tmp_path, exported)
    done = pullquote("ask", ASKED, "--config", config, "--index", seed_index)
    check_refusal(done, 1, fault)


@DAMAGED
def test_the_cure_for_ones_own_folder_is_one(
    exported: Path,
    seed_index: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], str],
) -> None:
    # Was: `ask` told to remove the user's folder, `doctor` to install Pullquote again; after
    # either the reader was as broken as before.
    fault = damage(exported)
    with pytest.raises(ModelError) as caught:
        open_application(naming(exported), seed_index)
    assert str(caught.value).startswith(fault)
    assert "; remove " not in str(caught.value)
    assert run_doctor(written(tmp_path, exported), seed_index) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "FAULT" in line]
    assert line == f"FAULT  reader: {caught.value}"
    assert line.endswith("; export the model again, or name another one in the config.")


@DAMAGED
def test_a_prepared_reader_damaged_is_to_be_prepared_again(
    prepared: Path, tmp_path: Path, damage: Callable[[Path], str]
) -> None:
    index = Path(shutil.copytree(prepared / "index", tmp_path / "index"))
    (folder,) = (index / READERS_FOLDER).iterdir()
    fault = damage(folder)
    config = load_config(prepared / "mine.toml")
    with pytest.raises(ModelError) as caught:
        open_application(config, index)
    assert str(caught.value).startswith(fault)
    assert str(caught.value).endswith(f"; remove {folder} and index the articles again.")
    # The cure cures.
    shutil.rmtree(folder)
    again = library.prepare_reader(config.reader.model, index, export_reader)
    assert again == folder
    make_reader(config, index).load()


@DAMAGED
def test_the_bundled_reader_damaged(
    seed_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], str],
) -> None:
    copy = Path(shutil.copytree(bundled_folder(), tmp_path / "bundled"))
    fault = damage(copy)
    for module in (readers, library):
        monkeypatch.setattr(module, "bundled_folder", lambda: copy)
    said = None
    try:
        open_application(Config(), seed_index)
    except ModelError as error:
        said = str(error)
    assert said is not None
    assert said.startswith(fault)
    assert said.endswith("; install pullquote again.")
    assert "\n" not in said
    assert run_doctor(None, seed_index) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "FAULT" in line]
    assert line == f"FAULT  reader: {said}"


def test_doctor_names_the_reader(
    seed_index: Path,
    exported: Path,
    hub_model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    OWN.save(exported)
    for model, named in (("pullquote", "pullquote-reader@"), (exported, f"{hub_model}@")):
        assert run_doctor(written(tmp_path, model), seed_index) == 0
        (line,) = [line for line in capsys.readouterr().out.splitlines() if "  reader: " in line]
        assert line.startswith(f"ok     reader: {named}")
        assert "those of the bundled reader" not in line


def test_a_folder_that_is_no_index_gets_no_reader(hub_model: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(ForeignIndexError):
        build_index(naming(hub_model), tmp_path, [SEEDS], no_progress)
    assert list(contents_of(tmp_path)) == ["letter.txt"]
