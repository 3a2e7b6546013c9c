"""The docstring of ``protocols.Encoder``, held by every encoder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from retrieval.doubles import HashingEncoder
from retrieval.errors import ModelError
from retrieval.index.onnx_encoder import GRAPH_FILE, SETTINGS_FILE, TOKENIZER_FILE, OnnxEncoder
from retrieval.index.tokenization import tokenize
from retrieval.protocols import Encoder

from .builders import assert_one_sentence
from .tiny_encoder import tiny_export

TEXTS = [
    "How long did the meeting last?",
    "Shares fell.",
    "The talks between the two ministers lasted one hour and 45 minutes, officials said.",
    "Cats sleep for most of the day.",
]
HOSTILE = [
    "",
    " ",
    "\u200b\u200d\ufeff",
    "\0",
    "שלום \u202eabc",
    "e" + "\u0301" * 500,
    "👩‍👩‍👧‍👦" * 50,
    "\U0010ffff\ufffe",
    "[CLS] [SEP] [PAD] [MASK]",
    "這是一個句子" * 300,
    "\r\n\u2028\x85",
]


@pytest.fixture(params=["hashing", "onnx", "tiny onnx"])
def encoder(request: pytest.FixtureRequest, encoder_folder: Path, tmp_path: Path) -> Encoder:
    if request.param == "hashing":
        return HashingEncoder(tokenize)
    if request.param == "tiny onnx":
        return tiny_export("tiny", tmp_path)
    return OnnxEncoder(encoder_folder, threads=1)


def lengths(vectors: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vectors, axis=1)


def test_shape_type_and_unit_rows(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert isinstance(encoder, Encoder)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    assert lengths(vectors) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_has_a_unit_vector_too(encoder: Encoder, text: str) -> None:
    vectors = encoder.encode([text], "question")
    assert np.isfinite(vectors).all()
    assert lengths(vectors) == pytest.approx(1, abs=1e-5)


def test_a_very_long_text_is_encoded(encoder: Encoder) -> None:
    vectors = encoder.encode(["word " * 20_000, "short"])
    assert lengths(vectors) == pytest.approx(1, abs=1e-5)


def test_a_batch_gives_what_single_texts_give_in_the_same_order(encoder: Encoder) -> None:
    texts = [f"{text} {i}" for i, text in enumerate(TEXTS * 10)]  # more than one batch, mixed sizes
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    # int8 graphs choose their scales by the batch, hence the tolerance
    assert (together * alone).sum(axis=1) == pytest.approx(1, abs=0.02)
    closest = (together @ alone.T).argmax(axis=1)
    assert [TEXTS[i % 4] for i in closest] == [TEXTS[i % 4] for i in range(len(texts))]


def test_repeatable(encoder: Encoder) -> None:
    assert np.array_equal(encoder.encode(TEXTS), encoder.encode(TEXTS))


def test_a_text_is_closest_to_its_own_words(encoder: Encoder) -> None:
    question = encoder.encode(["how long did the talks of the ministers last"], "question")[0]
    assert (encoder.encode(TEXTS) @ question).argmax() in (0, 2)


def test_identity_is_stable_and_says_the_precision(encoder_folder: Path) -> None:
    encoder = OnnxEncoder(encoder_folder)
    assert encoder.identity == OnnxEncoder(encoder_folder).identity
    assert encoder.identity.endswith(("/int8", "/float32"))


def test_encoders_of_other_dimensions_have_other_identities() -> None:
    assert HashingEncoder(tokenize, 8).identity != HashingEncoder(tokenize, 16).identity


@pytest.mark.parametrize("name", [GRAPH_FILE, TOKENIZER_FILE, SETTINGS_FILE])
@pytest.mark.parametrize("damage", ["missing", "truncated", "rubbish", "empty"])
def test_a_damaged_file_is_one_clear_sentence(tmp_path: Path, name: str, damage: str) -> None:
    tiny_export("tiny", tmp_path)
    file = tmp_path / name
    if damage == "missing":
        file.unlink()
    else:
        whole = file.read_bytes()
        contents = {"truncated": whole[: len(whole) // 2], "rubbish": b"\xff\x00x", "empty": b""}
        file.write_bytes(contents[damage])
    with pytest.raises(ModelError, match=name) as caught:
        OnnxEncoder(tmp_path).encode(["x"])
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("settings", ["[]", "null", '{"model": "x"}', '{"unknown": 1}'])
def test_settings_of_another_shape_are_one_clear_sentence(tmp_path: Path, settings: str) -> None:
    tiny_export("tiny", tmp_path)
    (tmp_path / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    with pytest.raises(ModelError, match=SETTINGS_FILE):
        OnnxEncoder(tmp_path)


def test_prompts_go_before_questions_and_passages(tmp_path: Path) -> None:
    tiny_export("tiny", tmp_path)
    plain = OnnxEncoder(tmp_path)
    prompted_folder = tmp_path / "prompted"
    shutil.copytree(tmp_path, prompted_folder, ignore=shutil.ignore_patterns("prompted"))
    settings = json.loads((tmp_path / SETTINGS_FILE).read_text(encoding="utf-8"))
    settings |= {"question_prompt": "query: ", "passage_prompt": "text: "}
    (prompted_folder / SETTINGS_FILE).write_text(json.dumps(settings), encoding="utf-8")
    prompted = OnnxEncoder(prompted_folder)
    assert np.array_equal(prompted.encode(["a"], "question"), plain.encode(["query: a"]))
    assert np.array_equal(prompted.encode(["a"], "passage"), plain.encode(["text: a"]))
