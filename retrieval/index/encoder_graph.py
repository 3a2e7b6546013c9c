"""An exported encoder's graph made faster: fused, its attention one node, then int8.

The rewritten graph takes texts of equal length only: with nothing padded there is nothing to mask,
and ONNX Runtime's blocked attention (Dao et al., "FlashAttention", 2022) applies. Every step looks
for the pattern of the usual transformer encoders and leaves what it does not know as it is; whoever
calls must compare the results with the original's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.onnx.graph import PRODUCTS, Graph, embed_by_row, fused, sum_residuals

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

_VENDOR = "com.microsoft"
_SHAPING = ("Transpose", "Reshape", "Mul")


def fuse(source: Path, target: Path, heads: int, hidden: int) -> None:
    """Writes the graph with ONNX Runtime's fused nodes and unmasked attention; still float32."""
    import onnx

    graph = Graph(fused(source, heads, hidden, attention=False))
    attend_at_once(graph, heads)
    sum_residuals(graph)
    onnx.save(graph.without_unused(), str(target))


def quantize(source: Path, target: Path) -> None:
    """Writes the graph with int8 products (one scale a column) and int8 word embeddings."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = Graph(onnx.load(source))
    embed_by_row(graph)
    kept = [
        node.name
        for node in graph.nodes
        if node.op_type in (*PRODUCTS, "Gather") and not graph.wide(node)
    ]
    half = target.with_suffix(".half.onnx")
    onnx.save(graph.without_unused(), half)
    quantize_dynamic(
        half,
        target,
        nodes_to_exclude=kept,
        weight_type=QuantType.QInt8,
        per_channel=True,
        # Shape inference does not know the fused nodes; all that it misses is float.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    half.unlink()


def attend_at_once(graph: Graph, heads: int) -> int:
    """Puts one attention node for each ``softmax(q k) v``; how many were found.

    Masks and position biases between the products are dropped with them: right for texts that are
    not padded and models that have no such bias.
    """
    from onnx import helper

    found = 0
    for softmax in [node for node in graph.nodes if node.op_type == "Softmax"]:
        parts = _attention_parts(graph, softmax)
        if parts is None:
            continue
        question, key, value, last = parts
        attention = helper.make_node(
            "MultiHeadAttention",
            [question, key, value],
            [last.output[0]],
            name=f"{last.output[0]}/attention",
            domain=_VENDOR,
            num_heads=heads,
        )
        graph.nodes.insert(list(graph.nodes).index(last), attention)
        graph.nodes.remove(last)
        found += 1
    if found:
        _drop_dead(graph.model)
        if _VENDOR not in {item.domain for item in graph.model.opset_import}:
            graph.model.opset_import.append(helper.make_opsetid(_VENDOR, 1))
    return found


def _attention_parts(graph: Graph, softmax: NodeProto) -> tuple[str, str, str, NodeProto] | None:
    """The tensors of questions, keys and values before they are cut into heads, and the last node
    of the attention, which joins the heads again; None where the pattern is another.
    """
    scores = _above(graph, softmax.input[0], ("Add", "Mul", "Div", "Where"))
    weighted = _below(graph, softmax.output[0])
    if scores is None or weighted is None or scores.op_type != "MatMul":
        return None
    sources = [_above(graph, name, _SHAPING) for name in (*scores.input[:2], weighted.input[1])]
    last = weighted
    for expected in ("Transpose", "Reshape"):
        users = graph.users(last.output[0])
        if len(users) != 1 or users[0].op_type != expected:
            return None
        last = users[0]
    names = [source.output[0] for source in sources if source is not None]
    return (*names, last) if len(names) == 3 else None


def _above(graph: Graph, tensor: str, passed: tuple[str, ...]) -> NodeProto | None:
    """The node behind ``tensor``, looking past those of the given kinds along first inputs."""
    node = graph.maker(tensor)
    while node is not None and node.op_type in passed:
        node = graph.maker(node.input[0])
    return node


def _below(graph: Graph, tensor: str) -> NodeProto | None:
    """The product that takes the attention weights, looking past the guard against NaN."""
    for _ in range(3):
        users = graph.users(tensor)
        product = next((node for node in users if node.op_type == "MatMul"), None)
        if product is not None:
            return product
        guard = next((node for node in users if node.op_type == "Where"), None)
        if guard is None:
            return None
        tensor = guard.output[0]
    return None


def _drop_dead(model: ModelProto) -> None:
    """Removes nodes whose results nobody reads."""
    nodes, outputs = model.graph.node, {item.name for item in model.graph.output}
    while True:
        used = outputs | {name for node in nodes for name in node.input}
        dead = [node for node in nodes if not used.intersection(node.output)]
        if not dead:
            return
        for node in dead:
            nodes.remove(node)
