"""The weights that a quantised graph of the second reader holds, as its module in float32 has them.

The other way round than ``quantisation``: int8 columns take back their scales, what was smoothed
goes back into the norms, and the hidden units that were split off stand at the end of their layer
(their order makes no difference to what it computes).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import NodeProto

from retrieval.errors import UsageError
from retrieval.onnx.graph import Floats, Graph

QUANTISED = "_quant"
"""Ends the name of an int8 product."""
UPDATED = "/update/sum"
"""Ends the name of a product that got an update."""
FIRST, SECOND = "intermediate.dense", "output.dense"
"""The two products of a feed-forward layer."""
_EMBEDDINGS = "/encoder/embeddings"
_STACK = "encoder.encoder.layer"


@dataclass(frozen=True, slots=True)
class Product:
    """An int8 product of a graph.

    ``name`` is its layer's, as the module calls it; ``source`` the tensor that enters it in
    float32, ``result`` the one that leaves it; ``weight`` (in x out) as stored, without its scales'
    rounding; ``factor`` (in) what its input must be multiplied with to be what the module sees.
    """

    name: str
    node: NodeProto
    source: str
    result: str
    weight: Floats
    factor: Floats


def products(graph: Graph) -> Iterator[Product]:
    """All int8 products with a constant weight, in the graph's order."""
    for node in list(graph.nodes):
        if node.op_type != "MatMulInteger":
            continue
        path = node.name.removesuffix(QUANTISED).removesuffix("/MatMul")
        quantised = graph.maker(node.input[0])
        last = _only_user(graph, _only_user(graph, node))
        scales = graph.constant(node.input[1].removesuffix("_quantized") + "_scale")
        zero = graph.constant(node.input[3])
        if quantised is None or last is None or scales is None or zero is None:
            raise UsageError(f"the product {node.name} is not as quantising leaves it.")
        whole = graph.weight(node).astype(np.float32) - zero.astype(np.float32)
        source = quantised.input[0]
        yield Product(
            path.removeprefix("/").replace("/", ".").replace("encoder.encoder.layer", _STACK),
            node,
            source,
            last.output[0],
            whole * scales,
            factor_of(graph, source, len(whole)),
        )


def factor_of(graph: Graph, tensor: str, width: int) -> Floats:
    """What smoothing divided a norm's result by; ones where it did not."""
    found = graph.constant(f"{tensor}/factor")
    return np.ones(width, np.float32) if found is None else found


def _only_user(graph: Graph, node: NodeProto | None) -> NodeProto | None:
    users = graph.users(node.output[0]) if node is not None else []
    return users[0] if len(users) == 1 else None


def outlier_names(second: str) -> dict[str, str]:
    """The constants of the hidden units of a feed-forward layer that were split off: their weights
    "in", their "bias", their weights "out". ``second`` is the name of the layer's second product.
    """
    stem = "/" + second.replace(".", "/").replace("layer/", "layer.") + "/MatMul/outliers"
    return {part: f"{stem}/{part}" for part in ("in", "bias", "out")}


def refuse_updates(graph: Graph, path: Path) -> None:
    """Raises ``UsageError`` where a graph holds what was learnt later: a further training goes on
    from its own weights, and is packed into the graph that the first one started from.
    """
    if any(node.name.endswith(UPDATED) for node in graph.nodes):
        raise UsageError(
            f"{path} holds updates already; name the graph from before them, and go on with "
            "--start-from reader.pt."
        )


def unpacked(path: Path) -> dict[str, torch.Tensor]:
    """The state of a ``SpanReader``. Raises ``UsageError`` for a graph of another make."""
    graph = Graph(onnx.load(path))
    refuse_updates(graph, path)
    state: dict[str, Floats] = {}
    for item in graph.model.graph.initializer:
        name = item.name.removesuffix("/scaled")
        if (
            name.startswith(("encoder.", "head."))
            and (value := graph.constant(item.name)) is not None
        ):
            state[name] = value
    for product in products(graph):
        state[f"{product.name}.weight"] = (product.weight / product.factor[:, None]).T
    for name in [name for name in state if name.endswith(f"{FIRST}.weight")]:
        _join_outliers(graph, state, name.removesuffix(".weight"))
    for norm in [node for node in graph.nodes if node.op_type == "LayerNormalization"]:
        for place in norm.input[1:]:
            name = place.removesuffix("/scaled")
            state[name] = state[name] * factor_of(graph, norm.output[0], len(state[name]))
    state |= _tables(graph)
    head = next(node for node in graph.nodes if node.name == "/head/MatMul")
    width = len(weight := graph.weight(head))
    state["head.weight"] = (weight / factor_of(graph, head.input[0], width)[:, None]).T
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in state.items()}


def _tables(graph: Graph) -> dict[str, Floats]:
    stem = f"{_EMBEDDINGS}/word_embeddings/Gather_output_0"
    rows, scales = graph.constant(f"{stem}/int8"), graph.constant(f"{stem}/scales")
    if rows is None or scales is None:  # few words are kept in float32, under their own name
        return {}
    return {"encoder.embeddings.word_embeddings.weight": rows.astype(np.float32) * scales}


def _join_outliers(graph: Graph, state: dict[str, Floats], name: str) -> None:
    second = name.replace(FIRST, SECOND)
    into, bias, out = (graph.constant(place) for place in outlier_names(second).values())
    if into is None or bias is None or out is None:
        return
    product = next(p for p in products(graph) if p.name == name)
    into = (into / product.factor[:, None]).T
    state[f"{name}.weight"] = np.concatenate([state[f"{name}.weight"], into])
    state[f"{name}.bias"] = np.concatenate([state[f"{name}.bias"], bias])
    state[f"{second}.weight"] = np.concatenate([state[f"{second}.weight"], out.T], axis=1)
