"""From a fine-tuned network to an artefact folder: ONNX, dynamic int8."""

import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from serving.moderation.artefact import CHECKSUMS, checksums
from serving.moderation.taxonomy import Taxonomy
from training.errors import TrainingError
from training.files import write_json
from training.finetune import Finetuned
from training.network import Network

OPSET = 17


@dataclass(frozen=True)
class Identity:
    """What an artefact says of itself in config.json."""

    name: str
    version: str
    base_model: str
    max_length: int


def write_network(folder: Path, finetuned: Finetuned) -> None:
    """Write model.onnx (int8 weights, per channel) and tokenizer.json.

    Weights use seven bits of the eight: processors without VNNI saturate otherwise, and it costs no accuracy here.
    """
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        full = Path(scratch) / "fp32.onnx"
        _export(finetuned.network, finetuned.token_types, full)
        quantize_dynamic(full, folder / "model.onnx", per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    finetuned.tokenizer.save(str(folder / "tokenizer.json"))


def write_records(folder: Path, identity: Identity, taxonomy: Taxonomy, records: dict[str, Any], card: str) -> None:
    """Write config.json, the given JSON records (file stem to value), the model card and, last, the checksums."""
    config = {
        "name": identity.name,
        "version": identity.version,
        "base_model": identity.base_model,
        "max_length": identity.max_length,
        "taxonomy": taxonomy.version,
        "labels": list(taxonomy.ids),
    }
    for stem, value in {"config": config, **records}.items():
        write_json(folder / f"{stem}.json", value)
    (folder / "MODEL_CARD.md").write_text(card, encoding="utf8")
    write_json(folder / CHECKSUMS, checksums(folder))


def neutral_records(taxonomy: Taxonomy) -> dict[str, Any]:
    """Calibration and thresholds that change nothing and hide nothing, for an artefact about to be calibrated."""
    thresholds: dict[str, dict[str, float | None]] = {
        label: {"decision": 0.5, "review": 0.5, "auto_hide": None} for label in taxonomy.category_ids
    }
    return {
        "calibration": {label: {"temperature": 1.0, "ngrams": 0.0, "bias": 0.0} for label in taxonomy.ids},
        "thresholds": thresholds | {signal: {"decision": 0.5} for signal in taxonomy.signal_ids},
        "metrics": {},
    }


def _export(network: Network, token_types: bool, path: Path) -> None:
    """Trace the network to ONNX with free batch and length.

    The older exporter: the newer one needs a further package and gains nothing for a plain encoder.
    """
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if token_types else [])]
    example = tuple(torch.ones(2, 9, dtype=torch.long) for _ in names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            # eval() on the wrapper too: the exporter puts the mode it found back, dropout and all
            _Positional(network).eval(), example, str(path), input_names=names, output_names=["scores"], opset_version=OPSET,
            dynamic_axes={**{name: {0: "batch", 1: "length"} for name in names}, "scores": {0: "batch"}}, dynamo=False,
        )  # fmt: skip
    if not path.is_file():
        raise TrainingError(f"{path}: the network could not be written as ONNX")


class _Positional(torch.nn.Module):
    """The exporter wants positional inputs and one plain output."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self.network(*inputs)["logits"]
