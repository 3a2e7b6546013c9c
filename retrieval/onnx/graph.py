"""An ONNX graph to be rewritten: its nodes, constants, and who computes and reads what; and the
rewrites that every exported model shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

Floats = NDArray[np.float32]
Constant = Floats | NDArray[np.int8] | NDArray[np.float16]

PRODUCTS = ("MatMul", "Attention")
_MANY_ROWS = 1000  # smaller tables (positions, token types) stay float32
NARROW = 16  # a product with fewer rows or columns stays float32: nothing to save, much to lose


class Graph:
    """A graph with its constants at hand; changed constants are new, since nodes may share one."""

    def __init__(self, model: ModelProto) -> None:
        """Take a model, to be changed in place."""
        self.model = model
        self.nodes = model.graph.node
        self._constants = {item.name: item for item in model.graph.initializer}

    def constant(self, name: str) -> Floats | None:
        """A constant's value, or None when ``name`` is computed."""
        item = self._constants.get(name)
        return None if item is None else self._value(item)

    def weight(self, node: NodeProto) -> Floats:
        """The constant that a product multiplies with."""
        return self._value(self._constants[node.input[1]])

    @staticmethod
    def _value(item: TensorProto) -> Floats:
        from onnx import numpy_helper

        return numpy_helper.to_array(item)

    def add(self, name: str, value: Constant) -> str:
        """Store a constant and give back the name it got."""
        while name in self._constants:
            name += "_"
        from onnx import numpy_helper

        item = numpy_helper.from_array(np.ascontiguousarray(value), name)
        self.model.graph.initializer.append(item)
        self._constants[name] = item
        return name

    def put(self, name: str, value: Floats) -> None:
        """Give a constant another value, for all nodes that read it."""
        from onnx import numpy_helper

        self._constants[name].CopyFrom(
            numpy_helper.from_array(np.ascontiguousarray(value, dtype=np.float32), name)
        )

    def replace(self, node: NodeProto, position: int, value: Floats) -> None:
        """Give a node another constant than the one it has."""
        node.input[position] = self.add(f"{node.input[position]}/scaled", value)

    def maker(self, tensor: str) -> NodeProto | None:
        """The node that computes a tensor."""
        return next((node for node in self.nodes if tensor in node.output), None)

    def users(self, tensor: str) -> list[NodeProto]:
        """The nodes that read a tensor."""
        return [node for node in self.nodes if tensor in node.input]

    def insert(self, nodes: Sequence[NodeProto], after: NodeProto) -> None:
        """Put nodes right behind another one."""
        place = list(self.nodes).index(after) + 1
        for shift, node in enumerate(nodes):
            self.nodes.insert(place + shift, node)

    def inner(self, tensor: str) -> bool:
        """Whether a tensor is none of the model's results, so that it may be scaled."""
        return all(item.name != tensor for item in self.model.graph.output)

    def wide(self, node: NodeProto) -> bool:
        """Whether a node is a product with a weight that is worth quantising."""
        weight = self.constant(node.input[1]) if node.op_type in PRODUCTS else None
        return weight is not None and weight.ndim == 2 and min(weight.shape) >= NARROW

    def without_unused(self) -> ModelProto:
        """The model without the constants that no node reads any more."""
        used = {name for node in self.nodes for name in node.input}
        kept = [item for item in self.model.graph.initializer if item.name in used]
        del self.model.graph.initializer[:]
        self.model.graph.initializer.extend(kept)
        return self.model


def fused(source: Path, heads: int, hidden: int, *, attention: bool) -> ModelProto:
    """A transformer's graph with its small nodes fused into faster kernels of ONNX Runtime.

    Not into SkipLayerNormalization and BiasGelu, whose CPU kernels are slower than what they
    replace (the bias of an int8 product costs nothing), nor into EmbedLayerNormalization, whose
    int8 form has one scale for all words. ``attention``: whether into Attention, masked.
    """
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    options = FusionOptions("bert")
    options.enable_skip_layer_norm = False
    options.enable_bias_skip_layer_norm = False
    options.enable_bias_gelu = False
    options.enable_embed_layer_norm = False
    options.enable_attention = attention
    model: ModelProto = optimizer.optimize_model(
        str(source),
        model_type="bert",
        num_heads=heads,
        hidden_size=hidden,
        opt_level=0,
        optimization_options=options,
    ).model
    _import_vendor(model)
    return model


def _import_vendor(model: ModelProto) -> None:
    """Names the version of the fused nodes' operators where the optimizer has not: checkers ask."""
    from onnx import helper

    vendor = "com.microsoft"
    if vendor not in {known.domain for known in model.opset_import}:
        model.opset_import.append(helper.make_opsetid(vendor, 1))


def sum_residuals(graph: Graph) -> None:
    """Turn each addition before a layer norm into a ``Sum``, which computes the same.

    ONNX Runtime would fuse Add and LayerNormalization into SkipLayerNormalization when it loads
    the graph, and its CPU kernel for that takes four times as long as the two nodes apart.
    """
    for node in graph.nodes:
        if node.op_type == "Add" and any(
            user.op_type == "LayerNormalization" for user in graph.users(node.output[0])
        ):
            node.op_type = "Sum"


def embed_by_row(graph: Graph) -> None:
    """Large float tables that are only looked up in: int8, one scale for each row."""
    from onnx import TensorProto as Kind
    from onnx import helper

    for node in [node for node in graph.nodes if node.op_type == "Gather"]:
        table = graph.constant(node.input[0])
        if table is None or table.dtype != np.float32 or table.ndim != 2 or len(table) < _MANY_ROWS:
            continue
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, 1e-12)
        stem, rows = node.output[0], node.input[1]
        node.input[0] = graph.add(f"{stem}/int8", np.round(table / scale).astype(np.int8))
        scales = graph.add(f"{stem}/scales", scale.astype(np.float32))
        node.output[0] = f"{stem}/rows"
        steps = [
            helper.make_node("Cast", [f"{stem}/rows"], [f"{stem}/cast"], to=Kind.FLOAT),
            helper.make_node("Gather", [scales, rows], [f"{stem}/scale"], name=f"{stem}/scale"),
            helper.make_node("Mul", [f"{stem}/cast", f"{stem}/scale"], [stem]),
        ]
        graph.insert(steps, node)
