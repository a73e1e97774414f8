"""Writes onnx-windows.safetensors, onnx-layers.safetensors and onnx-formulas.safetensors: models of one node each with windows,
padding or resampling, with normalisations or recurrent cells, and with sums over products, orders, transforms and curves.

Usage: python windows.py, with onnx and numpy. Most are cases of ONNX's backend tests (the licence is in README.md), in which
what a file would keep as a constant (widths, scales, sizes, weights of cells) is one; the others are made here, and their outputs computed by
ONNX's reference implementation. Per case: "NAME/model" (bytes), "NAME/input.0", ..., "NAME/output.0", ...
"""

import json
import pathlib
import re
import struct

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

FAMILIES = {
    "windows": re.compile(
        r"test_(basic_)?conv|test_averagepool|test_maxpool|test_lppool|test_resize|test_upsample|_pad$|test_col2im|"
        r"test_center_crop_pad|test_global"),
    "layers": re.compile(
        r"test_instancenorm|test_group_normalization|test_lstm|test_gru|test_simple_rnn|test_rms_normalization_[23]d|"
        r"test_lpnormalization|test_l[12]normalization|test_lrn|test_mvn|"
        r"test_attention_[34]d(_gqa|_diff_heads_sizes)?(_causal|_scaled|_softcap|_attn_mask|_bool|_[34]d)*$"),
    "formulas": re.compile(
        r"test_einsum|test_top_k|test_tile|test_dft|test_depthtospace|test_spacetodepth|test_selu|test_celu|test_softsign|"
        r"test_mish|test_swish|test_thresholdedrelu|test_reduce_(l1|l2|sum_square|log_sum)|test_xor"),
}
# What no network that is explained here asks for, and types that are not read.
UNWANTED = re.compile(r"_expanded|argmax|tf_crop|seq_length|deform|float16|fp16|log_sum_exp_empty|uint64")
CONSTANT = {
    "Resize", "Upsample", "Pad", "Col2Im", "CenterCropPad", "LSTM", "GRU", "RNN", "TopK", "Tile", "DFT", "ReduceL1", "ReduceL2",
    "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"}
LARGEST = 24_000


def entry(array):
    array = np.asarray(array)
    types = {"float32": "F32", "float64": "F64", "int64": "I64", "uint8": "U8", "bool": "BOOL", "int32": "I32"}
    return types[str(array.dtype)], list(array.shape), np.ascontiguousarray(array).tobytes()


def write(file, tensors):
    header, data = {}, b""
    for name in sorted(tensors):
        kind, shape, content = entry(tensors[name])
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


def put(tensors, name, model, inputs, outputs):
    node = model.graph.node[0]
    if len(model.graph.node) == 1 and node.op_type in CONSTANT:
        given = list(zip(list(model.graph.input), inputs))
        for value, array in given[1:]:
            model.graph.initializer.append(numpy_helper.from_array(np.asarray(array), value.name))
            model.graph.input.remove(value)
        inputs = [array for value, array in given[:1]]
    tensors[f"{name}/model"] = np.frombuffer(model.SerializeToString(), np.uint8)
    for place, array in enumerate(inputs):
        tensors[f"{name}/input.{place}"] = array
    for place, array in enumerate(outputs):
        tensors[f"{name}/output.{place}"] = array


def backend(tensors, wanted, there):
    for case in collect_testcases(None):
        if not wanted.search(case.name) or UNWANTED.search(case.name) or not case.data_sets or case.name in there:
            continue
        inputs, outputs = case.data_sets[0]
        if not all(isinstance(v, np.ndarray) for v in [*inputs, *outputs]):
            continue
        if any(str(v.dtype) not in ("float32", "float64", "int64", "uint8", "bool", "int32") for v in [*inputs, *outputs]):
            continue
        if sum(v.nbytes for v in [*inputs, *outputs]) > LARGEST:
            continue
        put(tensors, case.name, case.model, inputs, outputs)


def own(tensors, family):
    random = np.random.default_rng(5)

    def add(name, operation, shapes, **attributes):
        arrays = [random.integers(-40, 40, s).astype(np.float32) / 16 for s in shapes]
        names = [f"x{i}" for i in range(len(arrays))]
        node = helper.make_node(operation, names, ["y"], **attributes)
        graph = helper.make_graph(
            [node], name, [helper.make_tensor_value_info("x0", TensorProto.FLOAT, shapes[0])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(a, n) for a, n in zip(arrays[1:], names[1:])])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
        put(tensors, name, model, arrays[:1], ReferenceEvaluator(model).run(None, {"x0": arrays[0]}))

    if family == "formulas":
        for name, equation, shapes in [
                ("attention", "bqhd,bkhd->bhqk", [(2, 3, 2, 4), (2, 5, 2, 4)]), ("values", "bhqk,bkhd->bqhd", [(2, 2, 3, 5), (2, 5, 2, 4)]),
                ("three", "bi,ij,jk->bk", [(2, 3), (3, 4), (4, 5)]), ("implicit", "ba,bc", [(3, 2), (3, 4)]),
                ("dots", "...ij,jk->...ik", [(2, 3, 4, 5), (5, 2)]), ("dots_of_two_ranks", "...i,...ij->...j", [(4, 3), (2, 4, 3, 2)]),
                ("trace", "bii->b", [(2, 3, 3)]), ("outer", "bi,bj->bij", [(2, 3), (2, 4)]), ("scaled", "bi,->ib", [(2, 3), ()]),
                ("two_sums", "bij,bij->b", [(2, 3, 4), (2, 3, 4)]), ("alone", "bij,k->bi", [(2, 3, 4), (5,)])]:
            add(f"own_einsum_{name}", "Einsum", shapes, equation=equation)
        return
    add("own_conv_1d", "Conv", [(2, 4, 9), (6, 2, 3), (6,)], group=2, strides=[2], pads=[1, 2])
    add("own_conv_1d_same_lower", "Conv", [(1, 2, 8), (3, 2, 4)], auto_pad="SAME_LOWER", strides=[2])
    add("own_conv_3d", "Conv", [(1, 2, 4, 5, 4), (3, 2, 3, 2, 2), (3,)], pads=[1, 0, 1, 0, 1, 1], strides=[1, 2, 1])
    add("own_conv_3d_same_upper", "Conv", [(1, 1, 5, 4, 3), (2, 1, 2, 3, 2)], auto_pad="SAME_UPPER", strides=[2, 1, 2])
    add("own_convtranspose_1d", "ConvTranspose", [(1, 2, 4), (2, 3, 3), (3,)], strides=[2], pads=[1, 0], output_padding=[1])


def names(file):
    with open(file, "rb") as stream:
        return {name.split("/")[0] for name in json.loads(stream.read(struct.unpack("<Q", stream.read(8))[0]))}


def main():
    here = pathlib.Path(__file__).parent
    for family, wanted in FAMILIES.items():
        tensors = {}
        backend(tensors, wanted, names(here / "onnx-nodes.safetensors"))
        if family != "layers":
            own(tensors, family)
        write(here / f"onnx-{family}.safetensors", tensors)
        print(family, len({name.split("/")[0] for name in tensors}), "cases")


if __name__ == "__main__":
    main()
