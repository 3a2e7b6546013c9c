"""A graph in several files computes what it did in one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from training.parts import in_parts

WIDTH, LAYERS = 200, 4
"""A layer's weights take 160,000 bytes."""


def write_graph(path: Path) -> None:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(WIDTH, WIDTH)).astype(np.float32) for _ in range(LAYERS)]
    constants = [numpy_helper.from_array(w, f"w{number}") for number, w in enumerate(weights)]
    constants.append(numpy_helper.from_array(np.ones(1, dtype=np.float32), "small"))
    nodes = [
        helper.make_node("MatMul", [f"x{number}", f"w{number}"], [f"x{number + 1}"])
        for number in range(LAYERS)
    ]
    nodes.append(helper.make_node("Add", [f"x{LAYERS}", "small"], ["y"]))
    sides = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, WIDTH])
        for name in ("x0", "y")
    ]
    graph = helper.make_graph(nodes, "layers", sides[:1], sides[1:], constants)
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)


def computed(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["y"], {"x0": np.eye(WIDTH, dtype=np.float32)[:3]})[0])


@pytest.mark.parametrize(("most", "count"), [(200_000, 4), (400_000, 2), (600_000, 2), (10**9, 0)])
def test_in_parts(tmp_path: Path, most: int, count: int) -> None:
    path = tmp_path / "reader.onnx"
    write_graph(path)
    before = computed(path)
    files = in_parts(path, most)
    assert files == [tmp_path / f"reader-{number}.bin" for number in range(1, count + 1)]
    assert sorted(tmp_path.iterdir()) == sorted([path, *files])
    assert all(file.stat().st_size <= most for file in [path, *files])
    assert np.array_equal(computed(path), before)


def test_parts_of_an_earlier_graph_go(tmp_path: Path) -> None:
    path = tmp_path / "reader.onnx"
    for most in (200_000, 10**9):
        write_graph(path)
        in_parts(path, most)
    assert list(tmp_path.iterdir()) == [path]
