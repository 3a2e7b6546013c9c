"""A graph's large constants in files of their own beside it, none above a size.

Code hosts take files up to a size, and a reader of 100 million parameters is larger, even in int8.
ONNX lets every constant lie in another file, by a path that is relative to the graph's.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx.external_data_helper import set_external_data

MOST = 90_000_000
"""Bytes in a file."""
_LARGE = 100_000
"""Bytes from where on a constant leaves the graph."""
_ALIGNED = 4096


def in_parts(path: Path, most: int = MOST) -> list[Path]:
    """Move large constants out of the graph at ``path`` when the file holds more than ``most``
    bytes; the files that hold them, ``NAME-1.bin`` and so on, in order.
    """
    for old in path.parent.glob(f"{path.stem}-*.bin"):
        old.unlink()
    if path.stat().st_size <= most:
        return []
    model = onnx.load(path)
    parts: list[bytearray] = []
    for constant in model.graph.initializer:
        data = constant.raw_data
        if len(data) < _LARGE:
            continue
        if not parts or len(parts[-1]) + _ALIGNED + len(data) > most:
            parts.append(bytearray())
        parts[-1] += bytes(-len(parts[-1]) % _ALIGNED)
        name = f"{path.stem}-{len(parts)}.bin"
        set_external_data(constant, name, offset=len(parts[-1]), length=len(data))
        parts[-1] += data
        constant.ClearField("raw_data")
    files = [path.with_name(f"{path.stem}-{number}.bin") for number in range(1, len(parts) + 1)]
    for file, content in zip(files, parts, strict=True):
        file.write_bytes(content)
    onnx.save(model, path)
    return files
