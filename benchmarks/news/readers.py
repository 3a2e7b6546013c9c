"""The readers that are compared: whatever the product's config can name as ``reader.model``.

``model-free``, ``pullquote`` (the bundled model), or the folder of a model exported by hand.
"""

from __future__ import annotations

from pathlib import Path

from bot.assembly.readers import ReadyReader, make_reader
from bot.config import Config, ReaderConfig
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import OpenIndex


def reader_named(name: str, index_folder: Path, index: OpenIndex, *, threads: int) -> ReadyReader:
    """The reader of that name with the calibration that belongs to it.

    It may use the encoder that ``index``, opened from ``index_folder``, carries. Raises
    ``ModelError`` when the product knows no such reader, or its files are not whole.
    """
    config = Config(reader=ReaderConfig(model=name, threads=threads))
    encoder = OnnxEncoder(index.encoder_folder, threads=threads)
    ready = make_reader(config, index_folder, encoder)
    ready.load()
    return ready
