"""Writes onnx-choices.safetensors, onnx-whole.safetensors and onnx-sampled.safetensors: models of one node each that read, write and
mark computed places, count, convert and compare; that take whole numbers, bit by bit or in place of real ones; and that read between
places, or make windows and spectra.

Usage: python choices.py, with onnx, onnxruntime and numpy. Most are cases of ONNX's backend tests (the licence is in README.md); the
others are made here, and their outputs computed by ONNX's reference implementation or, for GridSample, Hardmax, Loop and Scan, of which
it does not have everything, by onnxruntime. Of what has a shape that depends on numbers, and of what a file keeps as constants, the inputs are
constants. Per case: "NAME/model" (bytes), "NAME/input.0", ..., "NAME/output.0", ...
"""

import pathlib
import re

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, parser
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

from windows import LARGEST, names, write

FAMILIES = {
    "choices": re.compile(
        r"test_(gathernd|scatternd|scatter_|onehot|hardmax|eyelike|size|castlike|isinf|mean|shrink|nonzero|compress|unique|mod_|gelu|"
        r"arg(max|min))"),
    "sampled": re.compile(
        r"test_(gridsample|affine_grid|hannwindow|hammingwindow|blackmanwindow|melweightmatrix|stft|reversesequence)"),
    "whole": re.compile(r"test_(bitshift|bitwise|quantizelinear|dequantizelinear|dynamicquantize|matmulinteger|convinteger|qlinear)"),
}
UNWANTED = re.compile(r"_expanded|FLOAT8|UINT4|INT4|FLOAT4|UINT2|INT2|E8M0|STRING|bfloat16|float16|edge_cases")
# How many inputs stay inputs; the others are constants.
OPEN = {
    "NonZero": 0, "Unique": 0, "Compress": 1, "OneHot": 1, "QuantizeLinear": 1, "DequantizeLinear": 1, "QLinearConv": 1,
    "QLinearMatMul": 1, "AffineGrid": 1, "HannWindow": 0, "HammingWindow": 0, "BlackmanWindow": 0, "MelWeightMatrix": 0, "STFT": 1}
# Of which onnxruntime gives the outputs.
MEASURED = ("GridSample", "Hardmax")
TYPES = ("float32", "float64", "int64", "uint8", "bool", "int32")
NARROW = ("int8", "int16", "uint16", "uint32")


def stored(array):
    return array.astype(np.int64) if str(array.dtype) in NARROW else array


def put(tensors, name, model, inputs, outputs):
    graph = model.graph
    count = OPEN.get(graph.node[0].op_type, len(inputs))
    for value, array in list(zip(list(graph.input), inputs))[count:]:
        graph.initializer.append(numpy_helper.from_array(np.asarray(array), value.name))
        graph.input.remove(value)
    tensors[f"{name}/model"] = np.frombuffer(model.SerializeToString(), np.uint8)
    for place, array in enumerate(inputs[:count]):
        tensors[f"{name}/input.{place}"] = stored(array)
    for place, array in enumerate(outputs):
        tensors[f"{name}/output.{place}"] = stored(array)


def backend(tensors, wanted, there):
    for case in collect_testcases(None):
        if not wanted.search(case.name) or UNWANTED.search(case.name) or not case.data_sets or case.name in there:
            continue
        if len(case.model.graph.node) != 1 or any(isinstance(v, (list, dict)) for part in case.data_sets[0] for v in part):
            continue
        inputs, outputs = ([np.asarray(v) for v in part] for part in case.data_sets[0])
        values = [*inputs, *outputs]
        if any(str(v.dtype) not in TYPES + NARROW for v in values):
            continue
        if sum(v.nbytes for v in values) <= LARGEST:
            put(tensors, case.name, case.model, inputs, outputs)


def own(tensors, family):
    random = np.random.default_rng(11)

    def add(name, operation, arrays, opset=18, **attributes):
        inputs = [f"x{place}" for place in range(len(arrays))]
        node = helper.make_node(operation, inputs, ["y"], **attributes)
        kinds = [helper.np_dtype_to_tensor_dtype(a.dtype) for a in arrays]
        graph = helper.make_graph(
            [node], name, [helper.make_tensor_value_info(n, k, a.shape) for n, k, a in zip(inputs, kinds, arrays)],
            [helper.make_tensor_value_info("y", kinds[0] if operation in MEASURED else TensorProto.UNDEFINED, None)])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
        if operation in MEASURED:
            runner = onnxruntime.InferenceSession(model.SerializeToString())
        else:
            runner = ReferenceEvaluator(model)
        put(tensors, name, model, arrays, runner.run(None, dict(zip(inputs, arrays))))

    def draw(*shape):
        return random.integers(-40, 40, shape).astype(np.float32) / 16

    if family == "whole":
        signed = random.integers(-2**40, 2**40, (3, 5))
        for operation in ["And", "Or", "Xor"]:
            add(f"own_bitwise_{operation}", f"Bitwise{operation}", [signed, -signed[::-1].copy() // 3])
        add("own_bitwise_not_bytes", "BitwiseNot", [np.arange(250, 256, dtype=np.uint8)])
        add("own_bitwise_not_narrow", "BitwiseNot", [np.array([0, 7, 65535], np.uint16)])
        add("own_bitshift_bytes", "BitShift", [np.array([200, 3, 129], np.uint8), np.array([1, 2, 7], np.uint8)], direction="LEFT")
        return
    if family == "sampled":
        picture = draw(2, 3, 5, 4) + 3
        grid = (random.integers(-50, 50, (2, 3, 6, 2)) / 32).astype(np.float32)
        for mode in ["nearest", "linear", "cubic"]:
            for padding in ["zeros", "border", "reflection"]:
                for corners in [0, 1]:
                    add(f"own_gridsample_{mode}_{padding}_{corners}", "GridSample", [picture, grid + 0.013], opset=20, mode=mode,
                        padding_mode=padding, align_corners=corners)
        return
    table = draw(3, 4, 5)
    add("own_gathernd_negative", "GatherND", [table, np.array([[0, -1], [-2, 1], [2, -4]])])
    add("own_gathernd_elements", "GatherND", [table, np.array([[[0, -1, 2]], [[-2, 1, -5]]])])
    add("own_gathernd_shared", "GatherND", [table, np.array([[[3], [-1]], [[0], [1]], [[2], [2]]])], batch_dims=1)
    add("own_gathernd_two_shared", "GatherND", [table, random.integers(-5, 5, (3, 4, 2, 1))], batch_dims=2)
    add("own_scatternd_rows", "ScatterND", [table, np.array([[2], [-3]]), draw(2, 4, 5)])
    add("own_scatternd_twice", "ScatterND", [table, np.array([[1, 2], [1, -2], [0, 0], [1, 2]]), draw(4, 5)])
    add("own_scatternd_whole", "ScatterND", [
        np.arange(12).reshape(3, 4), np.array([[0, 0], [2, 3]]), np.array([-7, 9])], reduction="add")
    for reduction in ["none", "add", "mul", "max", "min"]:
        # The reference implementation keeps the last of several updates too.
        add(f"own_scatter_part_{reduction}", "ScatterElements", [
            table, random.integers(-4, 4, (2, 3, 4)), draw(2, 3, 4)], axis=1, reduction=reduction)
    add("own_scatter_truths", "ScatterElements", [
        draw(3, 4) > 0, np.array([[3, 0, 1]] * 3), draw(3, 3) > 0], axis=-1)
    add("own_hardmax_of_old", "Hardmax", [draw(2, 3, 4)], opset=11, axis=1)
    add("own_castlike", "CastLike", [draw(2, 3), np.array([1, 2])])
    add("own_isinf_neither", "IsInf", [np.array([1, np.inf, -np.inf], np.float32)], detect_positive=0, detect_negative=0)


def branches(tensors):
    """Networks with branches and loops that constants decide, and with sequences."""
    def model(name, text, *arrays, opset=18):
        made = parser.parse_model(f'<ir_version: 9, opset_import: ["" : {opset}]> {text}')
        inputs = [value.name for value in made.graph.input]
        loops = "Scan" in text or "Loop" in text
        runner = onnxruntime.InferenceSession(made.SerializeToString()) if loops else ReferenceEvaluator(made)
        put(tensors, name, made, list(arrays), runner.run(None, dict(zip(inputs, arrays))))

    x = np.random.default_rng(13).integers(-40, 40, (2, 1, 4)).astype(np.float32) / 16
    # As exports drop an axis only if its size is 1; the values of both branches have the same names.
    for name, axis in [("squeezed", 1), ("not_squeezed", 2)]:
        model(f"own_if_{name}", f"""g (float[2, 1, 4] x) => (float[] y) {{
            sizes = Shape(x)
            axis = Constant<value = int64[1] {{{axis}}}>()
            size = Gather<axis = 0>(sizes, axis)
            one = Constant<value = int64[1] {{1}}>()
            single = Equal(size, one)
            r = Relu(x)
            z = If(single) <then_branch = t () => (float[] q) {{ q = Squeeze(r, axis) }},
                else_branch = e () => (float[] q) {{ q = Neg(r) }}>
            w = If(single) <then_branch = t () => (float[] q) {{ p = Exp(z) q = Add(p, z) }},
                else_branch = e () => (float[] q) {{
                    never = Constant<value = bool[1] {{0}}>()
                    q = If(never) <then_branch = t () => (float[] p) {{ p = Identity(z) }},
                        else_branch = e () => (float[] p) {{ p = Sub(r, z) }}> }}>
            y = Add(w, z) }}""", x)
    table = np.random.default_rng(14).integers(-40, 40, (3, 5)).astype(np.float32) / 16
    model("own_sequence_joined", """g (float[3, 5] x) => (float[] y, float[] a, int64 n) {
        s = SplitToSequence<axis = 0, keepdims = 0>(x)
        two = Constant<value = int64 {2}>()
        last = Constant<value = int64 {-1}>()
        a = SequenceAt(s, last)
        b = Neg(a)
        t = SequenceInsert(s, b, two)
        u = SequenceErase(t, last)
        n = SequenceLength(u)
        y = ConcatFromSequence<axis = 1, new_axis = 1>(u) }""", table)
    model("own_loop_summed", """g (float[3, 5] x) => (float[] y, float[] all) {
        count = Constant<value = int64 {4}>()
        go = Constant<value = bool {1}>()
        half = Constant<value = float {0.5}>()
        y, all = Loop(count, go, x) <body = b (int64 i, bool c, float[3, 5] before) => (bool d, float[3, 5] after, float[3, 5] seen) {
            real = Cast<to = 1>(i)
            step = Mul(real, half)
            after = Add(before, step)
            seen = Tanh(after)
            d = Identity(c) }> }""", table)
    model("own_loop_ended", """g (float[3, 5] x) => (float[] y) {
        none = Constant<value = int64 {9223372036854775807}>()
        three = Constant<value = int64 {3}>()
        go = Constant<value = bool {1}>()
        y = Loop(none, go, x) <body = b (int64 i, bool c, float[3, 5] before) => (bool d, float[3, 5] after) {
            d = Less(i, three)
            after = If(d) <then_branch = t () => (float[3, 5] q) { q = Exp(before) },
                else_branch = e () => (float[3, 5] q) { q = Neg(before) }> }> }""", table / 4)
    model("own_scan_turned", """g (float[3, 5] x) => (float[] y, float[] all) {
        zero = Constant<value = float[1] {0.0}>()
        shape = Constant<value = int64[1] {3}>()
        start = Expand(zero, shape)
        y, all = Scan(start, x) <num_scan_inputs = 1, scan_input_axes = [1], scan_input_directions = [1], scan_output_axes = [1],
            body = b (float[3] state, float[3] element) => (float[3] next, float[3] seen) {
                next = Add(state, element)
                seen = Mul(next, element) }> }""", table)
    model("own_sequence_pieces", """g (float[3, 5] x) => (float[] y) {
        size = Constant<value = int64 {2}>()
        s = SplitToSequence<axis = 1>(x, size)
        zero = Constant<value = int64 {0}>()
        two = Constant<value = int64 {2}>()
        a = SequenceAt(s, two)
        b = SequenceAt(s, zero)
        c = Mul(a, b)
        t = SequenceConstruct(a, c)
        y = ConcatFromSequence<axis = 1>(t) }""", table)


def main():
    here, there = pathlib.Path(__file__).parent, set()
    for family in ["nodes", "windows", "layers", "formulas"]:
        there |= names(here / f"onnx-{family}.safetensors")
    for family, wanted in FAMILIES.items():
        tensors = {}
        backend(tensors, wanted, there)
        own(tensors, family)
        if family == "choices":
            branches(tensors)
        write(here / f"onnx-{family}.safetensors", tensors)
        print(family, len({name.split("/")[0] for name in tensors}), "cases")


if __name__ == "__main__":
    main()
