"""An adapted reader's updates -> its graph: ``reader.onnx`` anew, beside the same int8 weights.

The graph names its large constants by their places in files of their own (see ``parts``), and these
stay as they are, byte for byte: what learning on costs is a few megabytes. Each product's result
gets the update's, in float32, from factors that are kept in 8 bits; norms, biases and the head,
which the graph holds itself, are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper

from retrieval.onnx.graph import Floats, Graph
from training.adapter.unpacking import (
    FIRST,
    SECOND,
    UPDATED,
    Product,
    factor_of,
    outlier_names,
    products,
    refuse_updates,
)


def packed(source: Path, state: Mapping[str, torch.Tensor], target: Path) -> None:
    """Write the graph at ``source`` with what the model of ``state`` has learnt (see ``adapt``) to
    ``target``. The files of its large constants are neither read for writing nor copied.
    """
    values = {name: value.float().numpy() for name, value in state.items()}
    whole = list(products(Graph(onnx.load(source))))
    graph = Graph(onnx.load(source, load_external_data=False))
    refuse_updates(graph, source)
    _replace_small(graph, values)
    for product in whole:
        into, out = (values[f"{product.name}.{part}.weight"].T for part in ("into", "out"))
        into, out = _beside_outliers(graph, product, into, out)
        if product.name.endswith(FIRST):
            bias = values[f"{product.name}.base.bias"][product.weight.shape[1] :]
            _put_outlier_bias(graph, product, bias)
        _add_update(graph, product, into, out)
    onnx.save(graph.without_unused(), target)


def _replace_small(graph: Graph, values: Mapping[str, Floats]) -> None:
    """Norms, biases, the table of relative positions, the head."""
    factors = {
        name: factor_of(graph, norm.output[0], 1)
        for norm in graph.nodes
        if norm.op_type == "LayerNormalization"
        for name in norm.input[1:]
    }
    for item in list(graph.model.graph.initializer):
        name = item.name.removesuffix("/scaled")
        if item.data_location == TensorProto.EXTERNAL or not name.startswith(("encoder.", "head.")):
            continue
        value = values.get(name, values.get(name.replace(".bias", ".base.bias")))
        assert value is not None, f"the model has no {name}"
        # The hidden units that were split off stand behind the others.
        value = value[: item.dims[0]] / factors.get(item.name, np.ones(1, np.float32))
        graph.put(item.name, value)
    head = next(node for node in graph.nodes if node.name == "/head/MatMul")
    weight = values["head.weight"].T
    graph.put(head.input[1], weight * factor_of(graph, head.input[0], len(weight))[:, None])


def _beside_outliers(
    graph: Graph, product: Product, into: Floats, out: Floats
) -> tuple[Floats, Floats]:
    """The update as the int8 product takes it. Its part for the hidden units that were split off
    goes into their own weights, which are float32.
    """
    rows, columns = product.weight.shape
    if len(into) > rows:
        _increase(graph, outlier_names(product.name)["out"], into[rows:] @ out)
    into = into[:rows] * product.factor[:, None]
    if out.shape[1] > columns:
        second = product.name.replace(FIRST, SECOND)
        _increase(graph, outlier_names(second)["in"], into @ out[:, columns:])
    return into, out[:, :columns]


def _put_outlier_bias(graph: Graph, product: Product, bias: Floats) -> None:
    if len(bias):
        graph.put(outlier_names(product.name.replace(FIRST, SECOND))["bias"], bias)


def _increase(graph: Graph, name: str, by: Floats) -> None:
    value = graph.constant(name)
    assert value is not None, name
    graph.put(name, value + by)


def _add_update(graph: Graph, product: Product, into: Floats, out: Floats) -> None:
    """Add ``source x into x out`` to the product's result, behind its bias."""
    stem = product.node.name.removesuffix("_quant")
    biased = graph.users(product.result)[0]
    result = biased.output[0]
    readers = graph.users(result)
    low, scaled, update = (f"{stem}/update/{step}" for step in ("low", "scaled", "result"))
    updated = stem + UPDATED
    into8, in_scales = _in_8_bits(into, axis=0)
    out8, out_scales = _in_8_bits(out, axis=1)
    nodes = []
    for part, stored in (("into", into8), ("out", out8)):
        kept, name = graph.add(f"{stem}/update/{part}8", stored), f"{stem}/update/{part}"
        nodes.append(helper.make_node("Cast", [kept], [name], name=name, to=TensorProto.FLOAT))
    scales = graph.add(f"{stem}/update/scales", in_scales.ravel() * out_scales.ravel())
    nodes += [
        helper.make_node("MatMul", [product.source, f"{stem}/update/into"], [low], name=low),
        helper.make_node("Mul", [low, scales], [scaled], name=scaled),
        helper.make_node("MatMul", [scaled, f"{stem}/update/out"], [update], name=update),
        helper.make_node("Add", [result, update], [updated], name=updated),
    ]
    for node in readers:
        for place, name in enumerate(node.input):
            if name == result:
                node.input[place] = updated
    graph.insert(nodes, biased)


def _in_8_bits(value: Floats, axis: int) -> tuple[NDArray[np.int8], Floats]:
    """A factor in 8 bits, with a scale for each rank, along whose ``axis`` it is rounded."""
    scales = np.maximum(np.abs(value).max(axis, keepdims=True), np.float32(1e-12)) / 127
    return np.rint(value / scales).astype(np.int8), scales.astype(np.float32)
