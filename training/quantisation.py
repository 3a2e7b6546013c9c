"""Float32 graph -> int8 graph that is fast on VNNI processors and stays close to float32.

Every large product becomes dynamic int8: weights with one scale for each column, activations with
one scale for each run. That single scale is where the accuracy goes, because a few channels reach
ten times as far as the others and leave those a handful of levels. Two rewrites, both exact in
float32, take these outliers away before quantising; how far each channel reaches is measured on
calibration windows.

- ``smooth``: channels that enter a product from a layer norm are scaled to like ranges, in the
  norm's own weights, and the product's rows take the factor back (SmoothQuant, Xiao et al. 2023).
- ``split``: the few hidden units of a feed-forward layer that overshoot get a narrow float32 path
  of their own; no activation is gathered or scaled at run time.

A layer that does not match the expected pattern is left as it is, and quantised plainly. The word
embeddings, half of the parameters, are int8 too, with one scale for each word.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, helper

from retrieval.onnx.graph import PRODUCTS, Floats, Graph, embed_by_row, sum_residuals

Feeds = Mapping[str, NDArray[np.int64]]

_ACTIVATIONS = ("Gelu", "FastGelu")
BLOCKWISE: dict[str, Callable[[str], bool]] = {
    "none": lambda name: False,
    "output": lambda name: name.endswith("output/dense/MatMul") and "attention" not in name,
    "all": lambda name: True,
}


def reaches(model: ModelProto, windows: Sequence[Feeds]) -> dict[str, Floats]:
    """The largest magnitude of each channel that enters a large product, over all windows."""
    import onnxruntime

    graph = Graph(ModelProto.FromString(model.SerializeToString()))
    names = list(dict.fromkeys(node.input[0] for node in graph.nodes if graph.wide(node)))
    outputs = graph.model.graph.output
    given = {item.name for item in outputs}
    outputs.extend(helper.make_empty_tensor_value_info(name) for name in names if name not in given)
    session = onnxruntime.InferenceSession(
        graph.model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    known = {node.name for node in session.get_inputs()}
    result: dict[str, Floats] = {}
    for feeds in windows:
        own = {name: value for name, value in feeds.items() if name in known}
        for name, value in zip(names, session.run(names, own), strict=True):
            highest = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            result[name] = np.maximum(result.get(name, highest), highest)
    return result


def smooth(graph: Graph, reach: Mapping[str, Floats], strength: float) -> int:
    """Even out the channels between a layer norm and its products; how many norms matched.

    ``strength`` says how much of a channel's reach goes over to the weights (0: none, 1: all).
    Readers of the norm other than the products (the residual) get it scaled back.
    """
    matched = 0
    for norm in [node for node in graph.nodes if node.op_type == "LayerNormalization"]:
        tensor = norm.output[0]
        products = [
            node
            for node in graph.users(tensor)
            if graph.wide(node) and list(node.input).count(tensor) == 1 and node.input[0] == tensor
        ]
        affine = [value for name in norm.input[1:] if (value := graph.constant(name)) is not None]
        if not products or len(affine) != 2 or not graph.inner(tensor):
            continue
        weights = [graph.weight(node) for node in products]
        largest = np.max([np.abs(weight).max(axis=1) for weight in weights], axis=0)
        scale = np.maximum(reach[tensor], 1e-3) ** strength
        scale /= np.maximum(largest, 1e-4) ** (1 - strength)
        scale = (scale / np.exp(np.log(scale).mean())).astype(np.float32)
        for place, value in enumerate(affine, start=1):
            graph.replace(norm, place, value / scale)
        for node, weight in zip(products, weights, strict=True):
            graph.replace(node, 1, weight * scale[:, None])
        _restore(graph, norm, scale, products)
        matched += 1
    return matched


def _restore(graph: Graph, norm: NodeProto, scale: Floats, scaled: Sequence[NodeProto]) -> None:
    tensor = norm.output[0]
    others = [node for node in graph.users(tensor) if node not in scaled]
    if not others:
        return
    # The quantiser names its own tensors by suffixes such as _scale: keep clear of them.
    restored = f"{tensor}/restored"
    for node in others:
        for position, name in enumerate(node.input):
            if name == tensor:
                node.input[position] = restored
    factor = graph.add(f"{tensor}/factor", scale)
    graph.insert([helper.make_node("Mul", [tensor, factor], [restored], name=restored)], norm)


def split(graph: Graph, reach: Mapping[str, Floats], units: int) -> int:
    """Move the ``units`` furthest-reaching hidden units of each feed-forward layer to float32.

    How many layers matched. The narrow path's result joins in the residual sum.
    """
    matched = 0
    for activation in [node for node in graph.nodes if node.op_type in _ACTIVATIONS]:
        bias = graph.maker(activation.input[0])
        users = graph.users(activation.output[0])
        if bias is None or bias.op_type != "Add" or len(users) != 1 or not graph.wide(users[0]):
            continue
        second, total = users[0], _residual(graph, users[0])
        at = next((i for i, name in enumerate(bias.input) if graph.constant(name) is not None), 0)
        first = graph.maker(bias.input[1 - at])
        values = graph.constant(bias.input[at])
        if first is None or values is None or not graph.wide(first) or total is None:
            continue
        far = np.argsort(reach[activation.output[0]])[::-1][:units]
        near = np.setdiff1d(np.arange(len(values)), far)
        before, after = graph.weight(first), graph.weight(second)
        graph.replace(first, 1, before[:, near])
        graph.replace(bias, at, values[near])
        graph.replace(second, 1, after[near])
        parts = before[:, far], values[far], after[far]
        total.input.append(_narrow_path(graph, first.input[0], activation, second, parts))
        matched += 1
    return matched


def _residual(graph: Graph, product: NodeProto) -> NodeProto | None:
    """The ``Sum`` that a product's result reaches, past its own bias."""
    node = product
    for _ in range(2):
        users = graph.users(node.output[0])
        if len(users) != 1:
            return None
        node = users[0]
        if node.op_type == "Sum":
            return node
    return None


def _narrow_path(
    graph: Graph,
    source: str,
    activation: NodeProto,
    second: NodeProto,
    parts: tuple[Floats, Floats, Floats],
) -> str:
    stem = f"{second.name}/outliers"
    into, bias, out = (
        graph.add(f"{stem}/{name}", part)
        for name, part in zip(("in", "bias", "out"), parts, strict=True)
    )
    names = [f"{stem}/{step}" for step in range(4)]
    act = NodeProto()
    act.CopyFrom(activation)
    act.name, act.input[0], act.output[0] = names[2], names[1], names[2]
    path = [
        helper.make_node("MatMul", [source, into], [names[0]], name=names[0]),
        helper.make_node("Add", [names[0], bias], [names[1]], name=names[1]),
        act,
        helper.make_node("MatMul", [names[2], out], [names[3]], name=names[3]),
    ]
    graph.insert(path, second)
    return names[3]


def quantise(
    source: Path,
    target: Path,
    windows: Sequence[Feeds] = (),
    *,
    strength: float = 0.7,
    units: int = 8,
    blockwise: str = "none",
    reduce_range: bool = False,
) -> None:
    """Write the int8 graph; without calibration ``windows``, nothing is smoothed or split.

    ``blockwise`` names products to quantise by blocks of 128 instead of by column: closer to
    float32, and slower. ``reduce_range`` spends 7 bits only on weights: it keeps processors without
    VNNI from saturating, and costs some accuracy on those that have it.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = Graph(onnx.load(source))
    sum_residuals(graph)
    if windows:
        # Splitting last: it reads the products that smoothing has scaled.
        reach = reaches(graph.model, windows)
        norms, layers = smooth(graph, reach, strength), split(graph, reach, units)
        print(f"{norms} layer norms smoothed, {layers} feed-forward layers split")
    embed_by_row(graph)
    chosen = [node.name for node in graph.nodes if graph.wide(node)]
    kept = [
        node.name
        for node in graph.nodes
        if node.op_type in (*PRODUCTS, "Gather") and node.name not in chosen
    ]
    model = graph.without_unused()
    blocks = [name for name in chosen if BLOCKWISE[blockwise](name)]
    if blocks:
        model = _by_blocks(model, blocks)
    with tempfile.TemporaryDirectory() as folder:
        half = Path(folder) / "half.onnx"
        onnx.save(model, half)
        quantize_dynamic(
            half,
            target,
            nodes_to_exclude=kept,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=reduce_range,
            # Shape inference does not know the fused nodes; all that it misses is float.
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )


def _by_blocks(model: ModelProto, names: Sequence[str]) -> ModelProto:
    from onnxruntime.quantization.matmul_nbits_quantizer import (
        DefaultWeightOnlyQuantConfig,
        MatMulNBitsQuantizer,
    )

    quantizer = MatMulNBitsQuantizer(
        model,
        algo_config=DefaultWeightOnlyQuantConfig(
            block_size=128, is_symmetric=True, accuracy_level=4, bits=8
        ),
        nodes_to_exclude=[
            node.name
            for node in model.graph.node
            if node.op_type == "MatMul" and node.name not in names
        ],
    )
    quantizer.process()
    result: onnx.ModelProto = quantizer.model.model
    return result
