"""How fast the classifier is beside what people would use without it, and beside what the processor can do at most."""

import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, pipeline

from serving.moderation.artefact import Artefact
from serving.moderation.classifier import Classifier
from serving.moderation.comment import Comment
from serving.moderation.encoding import Window, encode
from serving.moderation.moderator import Moderator
from serving.settings import ROOT

ENCODER = ROOT / "data" / "models" / "encoder"
# Hidden size, layers and feed-forward size of the bundled encoder and of BERT-base.
SMALL = (384, 6, 1536)
BASE = (768, 12, 3072)


def comments_a_second(work: Callable[[Any], Any], items: Sequence[Any], seconds: float = 4.0) -> float:
    """How many items a second `work` does, one after the other, after a warm-up."""
    for item in items[:10]:
        work(item)
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        work(items[done % len(items)])
        done += 1
    return done / (time.perf_counter() - started)


def naive(texts: Sequence[str], size: tuple[int, int, int], labels: int) -> float:
    """Comments a second of `pipeline("text-classification")` in a loop: torch fp32, random weights (speed only), one thread."""
    hidden, layers, inner = size
    tokenizer = AutoTokenizer.from_pretrained(ENCODER)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=12, intermediate_size=inner,
        num_labels=labels,
    )  # fmt: skip
    torch.set_num_threads(1)
    classify = pipeline(
        "text-classification", model=BertForSequenceClassification(config).eval(), tokenizer=tokenizer, top_k=None
    )
    return comments_a_second(lambda text: classify(text, truncation=True, max_length=96), texts)


def served(moderator: Moderator, texts: Sequence[str]) -> float:
    """Comments a second of whole decisions, one thread."""
    return comments_a_second(lambda text: moderator.decide(Comment("1", text)), texts)


def network_alone(artefact: Artefact, texts: Sequence[str], threads: int = 1, seconds: float = 4.0) -> float:
    """Comments a second of the network by itself, on token ids made beforehand: the bare kernels, on so many threads at once."""
    classifier = Classifier(artefact)
    tokenizer = Tokenizer.from_file(str(artefact.path / "tokenizer.json"))
    encoded = [encode(tokenizer, text, None, artefact.max_length).windows for text in texts]

    def run(windows: Sequence[Window]) -> None:
        for window in windows:
            classifier.window_scores(window)

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(lambda _: comments_a_second(run, encoded, seconds), range(threads)))


def share_of_ceiling(artefact: Artefact, tokens: int = 32) -> dict[str, float]:
    """Operations a second of the network's matrix products at one length, beside the best that MatMulInteger reaches here.

    The ceiling is one large product on one thread. Time in the network counts whole, so the share is a floor of the kernels'.
    """
    hidden, layers, inner = SMALL
    products = layers * (4 * hidden * hidden + 2 * hidden * inner) * tokens
    attention = layers * 2 * tokens * tokens * hidden
    classifier = Classifier(artefact)
    tokenizer = Tokenizer.from_file(str(artefact.path / "tokenizer.json"))
    window = encode(tokenizer, "de " * (tokens - 2), None, artefact.max_length).windows[0]
    assert len(window.input_ids) == tokens
    speed = comments_a_second(classifier.window_scores, [window]) * 2 * (products + attention) / 1e9
    ceiling = _ceiling()
    return {"tokens": tokens, "giga_operations_a_second": speed, "ceiling": ceiling, "share": speed / ceiling}


def _ceiling(rows: int = 1024, inner: int = 1024, columns: int = 1024) -> float:
    weight = np.random.default_rng(0).integers(-64, 64, (inner, columns), dtype=np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])], "ceiling",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, inner])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [rows, columns])],
        [onnx.numpy_helper.from_array(weight, "b")],
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ceiling.onnx"
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), path)
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    a = np.random.default_rng(1).integers(0, 255, (rows, inner), dtype=np.uint8)
    times = []
    for _ in range(40):
        started = time.perf_counter()
        session.run(None, {"a": a})
        times.append(time.perf_counter() - started)
    return 2 * rows * inner * columns / sorted(times)[len(times) // 4] / 1e9
