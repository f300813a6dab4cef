# SPDX-FileCopyrightText: 2026 The Corpuscope authors
# SPDX-License-Identifier: Apache-2.0
"""The peers of compare.py: each runs in a process of its own inside the virtual environment."""
import math
import tempfile
import time
from pathlib import Path

LAYERS, WIDTH, HEADS, INNER, VOCABULARY, CHUNK, BATCH = 6, 384, 12, 1536, 30522, 256, 8


def run_peer(kind: str, dtype: str, tokens: int, threads: int) -> dict:
    peer = {"encoder-torch": encoder_torch, "encoder-onnxruntime": encoder_onnxruntime,
            "encoder-ctranslate2": encoder_ctranslate2, "attention-torch": attention_torch}[kind]
    return {"tokens_per_second": peer(dtype, tokens, threads)}


def rate(step, tokens_a_step: int, tokens: int) -> float:
    """Tokens a second of step(), after one call to warm up."""
    step()
    steps = max(1, tokens // tokens_a_step)
    begin = time.perf_counter()
    for _ in range(steps):
        step()
    return steps * tokens_a_step / (time.perf_counter() - begin)


def encoder_torch(dtype: str, tokens: int, threads: int) -> float:
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(threads)
    kind = getattr(torch, dtype)
    draw = lambda *shape: (torch.randn(*shape) / math.sqrt(shape[-1])).to(kind)
    table, places = draw(VOCABULARY, WIDTH), draw(CHUNK, WIDTH)
    layers = [(draw(3 * WIDTH, WIDTH), draw(WIDTH, WIDTH), draw(INNER, WIDTH), draw(WIDTH, INNER)) for _ in range(LAYERS)]
    ids = torch.randint(VOCABULARY, (BATCH, CHUNK))

    def step():
        with torch.inference_mode():
            x = F.layer_norm(table[ids] + places, (WIDTH,))
            for qkv, output, up, down in layers:
                q, k, v = (part.view(BATCH, CHUNK, HEADS, -1).transpose(1, 2) for part in F.linear(x, qkv).chunk(3, -1))
                mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(BATCH, CHUNK, WIDTH)
                x = F.layer_norm(x + F.linear(mixed, output), (WIDTH,))
                x = F.layer_norm(x + F.linear(F.gelu(F.linear(x, up)), down), (WIDTH,))
            return x.mean(1)

    return rate(step, BATCH * CHUNK, tokens)


def attention_torch(dtype: str, tokens: int, threads: int) -> float:
    import torch

    torch.set_num_threads(threads)
    q, k, v = (torch.randn(1, HEADS, tokens, WIDTH // HEADS, dtype=getattr(torch, dtype)) for _ in range(3))

    def step():
        with torch.inference_mode():
            torch.nn.functional.scaled_dot_product_attention(q, k, v)

    return rate(step, tokens, tokens)


def onnx_encoder(path: Path) -> None:
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    random, nodes, constants = np.random.default_rng(1), [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(value, name))
        return name

    def weight(name, *shape):
        return constant(name, (random.standard_normal(shape) / math.sqrt(shape[0])).astype(np.float32))

    def add(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def dense(x, name, inputs, outputs):
        product = add("MatMul", [x, weight(name + ".w", inputs, outputs)], name + ".product")
        return add("Add", [product, constant(name + ".b", np.zeros(outputs, np.float32))], name)

    def norm(x, name):
        return add("LayerNormalization", [x, constant(name + ".g", np.ones(WIDTH, np.float32)),
                                          constant(name + ".b", np.zeros(WIDTH, np.float32))], name, axis=-1)

    def heads(x, name, order):
        shape = constant(name + ".shape", np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
        return add("Transpose", [add("Reshape", [x, shape], name + ".split")], name, perm=order)

    tokens = add("Gather", [weight("tokens", VOCABULARY, WIDTH), "ids"], "embedded")
    x = norm(add("Add", [tokens, weight("places", CHUNK, WIDTH)], "placed"), "start")
    half, one, root = (constant(name, np.array(value, np.float32)) for name, value in
                       (("half", 0.5), ("one", 1.0), ("root", math.sqrt(2.0))))
    scale = constant("scale", np.array(1 / math.sqrt(WIDTH // HEADS), np.float32))
    for layer in range(LAYERS):
        n = f"l{layer}."
        q = heads(dense(x, n + "q", WIDTH, WIDTH), n + "qh", [0, 2, 1, 3])
        k = heads(dense(x, n + "k", WIDTH, WIDTH), n + "kh", [0, 2, 3, 1])
        v = heads(dense(x, n + "v", WIDTH, WIDTH), n + "vh", [0, 2, 1, 3])
        scores = add("Mul", [add("MatMul", [q, k], n + "dots"), scale], n + "scores")
        mixed = add("MatMul", [add("Softmax", [scores], n + "weights", axis=-1), v], n + "mixed")
        rows = constant(n + "rows", np.array([0, 0, WIDTH], np.int64))
        joined = add("Reshape", [add("Transpose", [mixed], n + "back", perm=[0, 2, 1, 3]), rows], n + "joined")
        x = norm(add("Add", [x, dense(joined, n + "o", WIDTH, WIDTH)], n + "sum1"), n + "norm1")
        up = dense(x, n + "up", WIDTH, INNER)
        erf = add("Add", [add("Erf", [add("Div", [up, root], n + "z")], n + "erf"), one], n + "erf1")
        gelu = add("Mul", [add("Mul", [up, erf], n + "g"), half], n + "gelu")
        x = norm(add("Add", [x, dense(gelu, n + "down", INNER, WIDTH)], n + "sum2"), n + "norm2")
    graph = helper.make_graph(nodes, "encoder",
                              [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", CHUNK])],
                              [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["batch", CHUNK, WIDTH])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, str(path))


def encoder_onnxruntime(dtype: str, tokens: int, threads: int) -> float:
    import numpy as np
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "encoder.onnx"
        onnx_encoder(path)
        if dtype == "int8":
            from onnxruntime.quantization import QuantType, quantize_dynamic

            quantized = Path(folder) / "int8.onnx"
            quantize_dynamic(str(path), str(quantized), weight_type=QuantType.QInt8)
            path = quantized
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        ids = np.random.default_rng(2).integers(0, VOCABULARY, (BATCH, CHUNK))
        return rate(lambda: session.run(None, {"ids": ids}), BATCH * CHUNK, tokens)


def encoder_ctranslate2(dtype: str, tokens: int, threads: int) -> float:
    import ctranslate2
    import numpy as np
    import transformers

    with tempfile.TemporaryDirectory() as folder:
        config = transformers.BertConfig(vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS,
                                         num_attention_heads=HEADS, intermediate_size=INNER, max_position_embeddings=512)
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(VOCABULARY - 5)]
        source = Path(folder) / "bert"
        transformers.BertModel(config).save_pretrained(source)
        (source / "vocab.txt").write_text("\n".join(words))
        transformers.BertTokenizer(str(source / "vocab.txt")).save_pretrained(source)
        converted = str(Path(folder) / "ct2")
        ctranslate2.converters.TransformersConverter(str(source)).convert(converted, quantization=dtype)
        encoder = ctranslate2.Encoder(converted, device="cpu", compute_type=dtype, intra_threads=threads)
        ids = np.random.default_rng(2).integers(5, VOCABULARY, (BATCH, CHUNK)).tolist()
        return rate(lambda: np.array(encoder.forward_batch(ids).last_hidden_state), BATCH * CHUNK, tokens)
