"""A real exported model: its windows, its logits, and one sentence for every broken file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from retrieval.errors import ModelError
from retrieval.reader.span_model import (
    GRAPH_FILE,
    SETTINGS_FILE,
    TOKENIZER_FILE,
    OnnxSpanModel,
    SpanModelSettings,
    bounded,
)
from retrieval.reader.span_scorer import KeywordSpanScorer, SpanScorer
from retrieval.reader.spans import Window

from .builders import assert_one_sentence
from .tiny_reader import MAX_TOKENS, STRIDE, TinyReader, save_settings, tiny_reader, tokenizer

QUESTION = "who met?"
SHORT = "Lavrov met Blinken."
LONG = "Sergei Lavrov met Antony Blinken in Reykjavik on May 19, 2021. " * 2
CURE = "download it again"


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> TinyReader:
    """With token types. Read only: a test that breaks a file copies the folder."""
    return tiny_reader(tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="session")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> TinyReader:
    """Without token types, and with two separators between question and text."""
    return tiny_reader(tmp_path_factory.mktemp("roberta"), with_types=False)


@pytest.fixture(params=["bert", "roberta"])
def reader(request: pytest.FixtureRequest) -> TinyReader:
    found: TinyReader = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def broken(bert: TinyReader, tmp_path: Path) -> Path:
    """A copy of the folder to break."""
    return Path(shutil.copytree(bert.folder, tmp_path / "reader"))


def bert_places(text: str) -> list[tuple[int, int]]:
    return [tuple(place) for place in tokenizer().encode(text, add_special_tokens=False).offsets]


def same(some: Window, others: Window) -> bool:
    return (
        np.array_equal(some.offsets, others.offsets)
        and np.allclose(some.start_logits, others.start_logits, atol=1e-4)
        and np.allclose(some.end_logits, others.end_logits, atol=1e-4)
        and abs(some.null_score - others.null_score) < 1e-4
    )


def expected_windows(reader: TinyReader, question: str, text: str) -> list[Window]:
    """Windows cut by hand from the tokens of the whole text, scored by torch."""
    asked = [token for token, _ in reader.pieces(question)]
    pieces = reader.pieces(text)
    special = 3 if reader.with_types else 4
    room = MAX_TOKENS - len(asked) - special
    windows = []
    for first in range(0, len(pieces), room - STRIDE):
        part = pieces[first : first + room]
        ids, types = reader.input(asked, [token for token, _ in part])
        starts, ends = reader.logits(ids, types)
        own = slice(len(ids) - 1 - len(part), len(ids) - 1)
        offsets = np.array([place for _, place in part], dtype=np.int64)
        windows.append(Window(offsets, starts[own], ends[own], float(starts[0] + ends[0])))
        if first + room >= len(pieces):
            break
    return windows


def test_is_a_span_scorer(bert: TinyReader) -> None:
    assert isinstance(bert.open(), SpanScorer)
    assert isinstance(KeywordSpanScorer(["a"]), SpanScorer)


@pytest.mark.parametrize("text", [SHORT, LONG, LONG[:44], LONG[:45], LONG[:46], "a"])
def test_windows_and_logits_are_those_of_the_original_model(reader: TinyReader, text: str) -> None:
    (found,) = reader.open().windows(QUESTION, [text])
    expected = expected_windows(reader, QUESTION, text)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        assert same(ours, theirs)
        assert ours.start_logits.dtype == np.float32
        assert len(ours.offsets) == len(ours.start_logits) == len(ours.end_logits)


def test_logits_of_the_tiny_model_differ_from_token_to_token(bert: TinyReader) -> None:
    """Else the comparison above would compare nothing."""
    (windows,) = bert.open().windows(QUESTION, [LONG])
    assert np.ptp(windows[0].start_logits) > 0.1
    assert np.ptp(windows[0].end_logits) > 0.1
    assert abs(windows[0].null_score - windows[1].null_score) > 1e-3


def test_windows_cover_every_token_and_share_the_stride(reader: TinyReader) -> None:
    (windows,) = reader.open().windows(QUESTION, [LONG])
    assert len(windows) > 3
    places = [[tuple(place) for place in window.offsets.tolist()] for window in windows]
    joined = places[0]
    for part in places[1:]:
        assert joined[-STRIDE:] == part[:STRIDE]
        joined = joined + part[STRIDE:]
    assert joined == [place for _, place in reader.pieces(LONG)]


def test_neither_order_nor_company_changes_a_text(reader: TinyReader) -> None:
    model = reader.open()
    texts = [LONG, SHORT, "", "a", LONG[:100], SHORT, " "] * 9  # more than one batch
    together = model.windows(QUESTION, texts)
    backwards = model.windows(QUESTION, texts[::-1])[::-1]
    assert len(together) == len(texts)
    for text, some, others in zip(texts, together, backwards, strict=True):
        (alone,) = model.windows(QUESTION, [text])
        assert len(some) == len(others) == len(alone)
        for a, b, c in zip(some, others, alone, strict=True):
            assert same(a, b)
            assert same(a, c)


def test_asking_twice_gives_the_same(bert: TinyReader) -> None:
    model = bert.open()
    (first,) = model.windows(QUESTION, [LONG])
    model.windows("x" * 90, [SHORT])
    (again,) = model.windows(QUESTION, [LONG])
    assert [w.start_logits.tolist() for w in first] == [w.start_logits.tolist() for w in again]


@pytest.mark.parametrize("text", ["", " ", "\n\xa0\t", "\u200b", "\u200d\ufeff", "\x00"])
def test_a_text_without_tokens_has_no_windows(reader: TinyReader, text: str) -> None:
    assert reader.open().windows(QUESTION, [text]) == [()]
    assert reader.open().windows(QUESTION, [text, SHORT])[1]


def test_no_texts_no_windows(bert: TinyReader) -> None:
    assert bert.open().windows(QUESTION, []) == []


@pytest.mark.parametrize("question", ["", " ", "?", "\u200b"])
def test_a_question_without_words_is_answered(reader: TinyReader, question: str) -> None:
    (found,) = reader.open().windows(question, [SHORT])
    assert all(map(same, found, expected_windows(reader, question, SHORT)))
    assert len(found) == 1


@pytest.mark.parametrize("length", [17, 18, 19, 48, 5000])
def test_a_long_question_leaves_room_for_the_text(reader: TinyReader, length: int) -> None:
    """Its beginning is asked: half of what the stride leaves, one letter a token."""
    question = ("who met Lavrov in Reykjavik " * (length // 20 + 1))[:length]
    (found,) = reader.open().windows(question, [LONG])
    room = (MAX_TOKENS - STRIDE) // 2
    last = ([place for _, place in reader.pieces(question)][:room])[-1][1]
    expected = expected_windows(reader, question[:last], LONG)
    assert len(found) == len(expected)
    assert all(map(same, found, expected))
    assert found[-1].offsets[-1, 1] == len(LONG.rstrip())


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Jose\u0301", [(0, 1), (1, 2), (2, 3), (3, 5)]),
        ("e\u0301\u0323", [(0, 3)]),
        ("a\u200c b", [(0, 2), (3, 4)]),
        ("a\ufe0f\u200d b", [(0, 3), (4, 5)]),
        ("\u200ba", [(1, 2)]),
        ("a\r\n\xa0b", [(0, 1), (4, 5)]),
        ("é", [(0, 1)]),
        ("👍🏽 a", [(0, 2), (3, 4)]),
        ("a\xadb", [(0, 2), (2, 3)]),
    ],
)
def test_offsets_count_code_points_and_end_behind_accents(
    bert: TinyReader, text: str, places: list[tuple[int, int]]
) -> None:
    ((window,),) = bert.open().windows(QUESTION, [text])
    assert [tuple(place) for place in window.offsets.tolist()] == places


def test_identity_names_the_model_and_its_graph(bert: TinyReader, broken: Path) -> None:
    identity = bert.open().identity
    assert identity.startswith("tiny@")
    assert OnnxSpanModel(broken).identity == identity
    (broken / GRAPH_FILE).write_bytes((broken / GRAPH_FILE).read_bytes() + b"\0")
    save_settings(broken)
    assert OnnxSpanModel(broken).identity != identity


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    settings = SpanModelSettings("größe", {GRAPH_FILE: "ab"}, 256, 64, 1, reads_titles=True)
    settings.save(tmp_path)
    assert SpanModelSettings.load(tmp_path, CURE) == settings


def test_a_model_reads_titles_only_where_its_settings_say_so(broken: Path) -> None:
    """Models of other people, and exports of earlier versions, never saw one."""
    without_setting("reads_titles")(broken)
    assert OnnxSpanModel(broken).settings.reads_titles is False


def test_settings_may_say_more_than_is_known(broken: Path) -> None:
    path = broken / SETTINGS_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | {"trained": "2026-11-22"}))
    OnnxSpanModel(broken).load()


def test_nothing_is_read_before_the_first_question(tmp_path: Path) -> None:
    OnnxSpanModel(tmp_path / "missing")


def settings_of(**changed: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / SETTINGS_FILE
        path.write_text(json.dumps(json.loads(path.read_text()) | changed))

    return change


def written(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(data)


def without_setting(name: str) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        record = json.loads((folder / SETTINGS_FILE).read_text())
        del record[name]
        (folder / SETTINGS_FILE).write_text(json.dumps(record))

    return remove


def truncated(name: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: len(data) // 2])

    return cut


def altered(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(bytes(data))

    return change


def then_checked(change: Callable[[Path], object]) -> Callable[[Path], None]:
    """The change, with checksums that fit it: the fault must be found by loading."""

    def both(folder: Path) -> None:
        change(folder)
        save_settings(folder)

    return both


def graph(inputs: list[str], outputs: list[str]) -> Callable[[Path], None]:
    """A graph that gives its first input back under each of the output names."""

    def save(folder: Path) -> None:
        axes = ["windows", "tokens"]
        nodes = [
            helper.make_node("Cast", [inputs[0]], [name], to=TensorProto.FLOAT) for name in outputs
        ]
        made = helper.make_graph(
            nodes,
            "tiny",
            [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes) for name in outputs],
        )
        opsets = [helper.make_opsetid("", 17)]
        onnx.save(helper.make_model(made, opset_imports=opsets, ir_version=8), folder / GRAPH_FILE)
        save_settings(folder)

    return save


FAULTS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no folder": (shutil.rmtree, SETTINGS_FILE, "cannot be read"),
    "no settings": (lambda f: (f / SETTINGS_FILE).unlink(), SETTINGS_FILE, "cannot be read"),
    "no graph": (lambda f: (f / GRAPH_FILE).unlink(), GRAPH_FILE, "cannot be read"),
    "no tokenizer": (lambda f: (f / TOKENIZER_FILE).unlink(), TOKENIZER_FILE, "cannot be read"),
    "truncated graph": (truncated(GRAPH_FILE), GRAPH_FILE, "checksum"),
    "truncated tokenizer": (truncated(TOKENIZER_FILE), TOKENIZER_FILE, "checksum"),
    "altered graph": (altered(GRAPH_FILE), GRAPH_FILE, "checksum"),
    "empty graph": (written(GRAPH_FILE, b""), GRAPH_FILE, "checksum"),
    "other tokenizer": (written(TOKENIZER_FILE, b"{}"), TOKENIZER_FILE, "checksum"),
    "wrong checksum": (
        settings_of(sha256={GRAPH_FILE: "0" * 64, TOKENIZER_FILE: "0" * 64}),
        GRAPH_FILE,
        "checksum",
    ),
    "no checksums": (settings_of(sha256={}), GRAPH_FILE, "checksum"),
    "truncated graph, checked": (then_checked(truncated(GRAPH_FILE)), GRAPH_FILE, "loaded"),
    "empty graph, checked": (then_checked(written(GRAPH_FILE, b"")), GRAPH_FILE, "loaded"),
    "text for a graph": (then_checked(written(GRAPH_FILE, b"<html>\n")), GRAPH_FILE, "loaded"),
    "no tokenizer in it": (
        then_checked(written(TOKENIZER_FILE, b"{\n}")),
        TOKENIZER_FILE,
        "loaded",
    ),
    "bytes for a tokenizer": (
        then_checked(written(TOKENIZER_FILE, b"\xff\xfe\n")),
        TOKENIZER_FILE,
        "loaded",
    ),
    "no span head": (graph(["input_ids"], ["last_hidden_state"]), GRAPH_FILE, "no span head"),
    "half a span head": (graph(["input_ids"], ["start_logits"]), GRAPH_FILE, "end_logits"),
    "an input more": (
        graph(["input_ids", "position_ids"], ["start_logits", "end_logits"]),
        GRAPH_FILE,
        "position_ids",
    ),
    "empty settings": (written(SETTINGS_FILE, b""), SETTINGS_FILE, "cannot be read"),
    "settings not JSON": (written(SETTINGS_FILE, b"model = 1\n"), SETTINGS_FILE, "cannot be read"),
    "settings not text": (written(SETTINGS_FILE, b"\xff\xfe"), SETTINGS_FILE, "cannot be read"),
    "settings a list": (written(SETTINGS_FILE, b"[]"), SETTINGS_FILE, "cannot be read"),
    "settings a number": (written(SETTINGS_FILE, b"5"), SETTINGS_FILE, "cannot be read"),
    "settings null": (written(SETTINGS_FILE, b"null"), SETTINGS_FILE, "cannot be read"),
    "settings a string": (written(SETTINGS_FILE, b'"model"'), SETTINGS_FILE, "cannot be read"),
    "settings lack the model": (without_setting("model"), SETTINGS_FILE, "model"),
    "settings lack checksums": (without_setting("sha256"), SETTINGS_FILE, "sha256"),
    "model a number": (settings_of(model=5), SETTINGS_FILE, "cannot be read"),
    "checksums a list": (settings_of(sha256=[]), SETTINGS_FILE, "cannot be read"),
    "length a string": (settings_of(max_tokens="48"), SETTINGS_FILE, "cannot be read"),
    "length a fraction": (settings_of(max_tokens=48.5), SETTINGS_FILE, "cannot be read"),
    "length null": (settings_of(max_tokens=None), SETTINGS_FILE, "cannot be read"),
    "length 0": (settings_of(max_tokens=0), SETTINGS_FILE, "cannot be read"),
    "length beyond reason": (settings_of(max_tokens=10**9), SETTINGS_FILE, "cannot be read"),
    "stride a string": (settings_of(stride="12"), SETTINGS_FILE, "cannot be read"),
    "stride below 0": (settings_of(stride=-1), SETTINGS_FILE, "cannot be read"),
    "stride too large": (settings_of(stride=MAX_TOKENS - 1), SETTINGS_FILE, "cannot be read"),
    "titles a number": (settings_of(reads_titles=1), SETTINGS_FILE, "reads_titles cannot be"),
    "titles a string": (settings_of(reads_titles="yes"), SETTINGS_FILE, "cannot be read"),
    "position below 0": (settings_of(no_answer_position=-1), SETTINGS_FILE, "cannot be read"),
    "position beyond": (settings_of(no_answer_position=10**6), SETTINGS_FILE, "cannot be read"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_sentence_with_the_file_and_the_cure(broken: Path, fault: str) -> None:
    damage, name, cause = FAULTS[fault]
    damage(broken)
    with pytest.raises(ModelError) as caught:
        OnnxSpanModel(broken, cure=CURE).load()
    message = str(caught.value)
    assert_one_sentence(caught.value)
    assert message.startswith(f"{broken / name}: ")
    assert cause in message
    assert message.endswith(f"{CURE}.")
    with pytest.raises(ModelError):
        OnnxSpanModel(broken).windows(QUESTION, [SHORT])


def test_an_input_longer_than_the_model_takes_is_one_sentence(broken: Path) -> None:
    save_settings(broken, max_tokens=128, stride=32)  # the graph has 64 positions
    model = OnnxSpanModel(broken, cure=CURE)
    assert model.windows(QUESTION, [SHORT])
    with pytest.raises(ModelError) as caught:
        model.windows(QUESTION, [LONG])
    assert_one_sentence(caught.value)
    assert str(broken / GRAPH_FILE) in str(caught.value)
    assert str(caught.value).endswith(f"{CURE}.")


@pytest.mark.parametrize(
    ("max_tokens", "stride"), [(32, 16), (33, 16), (48, 0), (48, 24), (63, 31)]
)
def test_any_length_that_settings_allow_works(broken: Path, max_tokens: int, stride: int) -> None:
    """``tokenizers`` panics when two windows are to share more than one window holds."""
    save_settings(broken, max_tokens=max_tokens, stride=stride)
    for question in (QUESTION, "x" * 90, "👍🏽" * 40):
        (windows,) = OnnxSpanModel(broken).windows(question, [LONG])
        ends = [end for window in windows for _, end in window.offsets.tolist()]
        assert {end for _, end in bert_places(LONG)} == set(ends)


@pytest.mark.parametrize(
    ("max_tokens", "stride"), [(31, 0), (8193, 0), (32, 17), (48, 47), (63, 32)]
)
def test_a_length_that_leaves_no_room_for_text_is_refused(
    tmp_path: Path, max_tokens: int, stride: int
) -> None:
    SpanModelSettings("m", {}, max_tokens, stride).save(tmp_path)
    with pytest.raises(ModelError, match="cannot be"):
        SpanModelSettings.load(tmp_path, CURE)


def test_the_default_settings_are_allowed(tmp_path: Path) -> None:
    SpanModelSettings("m", {}).save(tmp_path)
    assert SpanModelSettings.load(tmp_path, CURE) == SpanModelSettings("m", {})


@pytest.mark.parametrize(
    ("windows", "kept"),
    [
        ([], []),
        ([1] * 16, [1] * 16),
        ([2] * 16, [2] * 16),
        ([3] * 40, [3] * 20 + [1] * 20),
        ([100, 1, 100, 0], [30, 1, 1, 0]),
        ([0, 100], [0, 32]),
    ],
)
def test_of_too_many_windows_the_last_are_left_out(windows: list[int], kept: list[int]) -> None:
    # Was: a question read all windows of an article of 60 KB without blanks, and took 22 seconds.
    assert [len(own) for own in bounded([list(range(n)) for n in windows])] == kept


def test_a_model_that_costs_much_reads_fewer() -> None:
    parts = [list(range(9)), list(range(9)), [0]]
    assert [len(own) for own in bounded(parts, least=4, per_text=1)] == [2, 1, 1]
    assert [len(own) for own in bounded(parts, least=0, per_text=1)] == [1, 1, 1]
