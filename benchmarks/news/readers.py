"""The readers that are compared: whatever the product's config can name as ``reader.model``
(``pullquote``, the bundled model, or the folder of a model exported by hand), and ``model-free``.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.news.model_free import CALIBRATION, NAME, ModelFreeReader
from bot.assembly.readers import ReadyReader, make_reader
from bot.config import Config, ReaderConfig
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import OpenIndex
from retrieval.index.tokenization import tokenize_with_offsets


def reader_named(name: str, index_folder: Path, index: OpenIndex, *, threads: int) -> ReadyReader:
    """The reader of that name, loaded, with the calibration that belongs to it.

    ``model-free`` uses the encoder that ``index``, opened from ``index_folder``, carries. Raises
    ``ModelError`` when there is no such reader, or its files are not whole.
    """
    if name == NAME:
        encoder = OnnxEncoder(index.encoder_folder, threads=threads)
        reader = ModelFreeReader(encoder, tokenize_with_offsets)
        ready = ReadyReader(reader, CALIBRATION, encoder.load)
    else:
        config = Config(reader=ReaderConfig(model=name, threads=threads))
        ready = make_reader(config, index_folder)
    ready.load()
    return ready
