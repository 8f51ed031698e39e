"""The network that is fine-tuned: any encoder, the mean of its last states, one linear score a label."""

import functools
import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from training.errors import BaseModelError, TrainingError

DROPOUT = 0.1
# What their dropout is called, in BERT and RoBERTa and in DistilBERT.
ATTENTION_WEIGHTS = ("attention.self.dropout", "attention.dropout")


class Network(nn.Module):
    """Scores (logits) of shape (batch, labels) from token ids of shape (batch, length).

    Mean pooling instead of the first token: encoders without a sentence objective, and those recycled from another
    language, have nothing useful there. The mean is normalised because its scale differs between encoders by an order
    of magnitude: on the English MiniLM's small means the head learnt nothing in four epochs.
    """

    def __init__(self, encoder: nn.Module, hidden_size: int, labels: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.norm = nn.LayerNorm(hidden_size)
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(hidden_size, labels)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor | None = None,
        labels: Tensor | None = None,
        twins: int = 0,
        agreement: float = 0.0,
    ) -> dict[str, Tensor]:
        """`logits`, and with `labels` (batch, labels) the `loss`.

        The last `twins` rows are as many first ones typed in another way; what is said of the two may differ at the price of
        `agreement` times their divergence.
        """
        extra = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **extra).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        pooled = (states * mask).sum(1) / mask.sum(1)
        logits = self.head(self.dropout(self.norm(pooled)))
        if labels is None:
            return {"logits": logits}
        loss = nn.functional.binary_cross_entropy_with_logits(logits.float(), labels)
        if twins and len(logits) != 2 * twins:
            raise TrainingError(
                "agreement: a batch was divided between GPUs of one process, so comments lost their twins; start a process for "
                "each GPU (python -m torch.distributed.run --nproc_per_node)"
            )
        if twins:
            loss = loss + agreement * divergence(logits[:twins].float(), logits[-twins:].float())
        return {"loss": loss, "logits": logits}


def divergence(logits: Tensor, others: Tensor) -> Tensor:
    """Half the symmetric Kullback-Leibler divergence of the probabilities that two sets of logits of one shape stand for; their mean.

    >>> float(divergence(torch.zeros(1, 2), torch.zeros(1, 2)))
    0.0
    """
    return ((torch.sigmoid(logits) - torch.sigmoid(others)) * (logits - others)).mean() / 2


def load_network(base_model: str, labels: int, vocabulary: int, dropout: float = 0.0) -> Network:
    """An encoder from a local folder or a hub id with a new head, its embeddings grown to `vocabulary` rows.

    While it learns, a share of `dropout` of the encoder's states is left out, whatever its config says. Attention weights stay as
    in its config (all of them, in ours): on CPU the mask of so many takes 25 times as long as their softmax.

    Raises:
        BaseModelError: the folder or hub id holds no encoder that can be read.
    """
    try:
        # Eager attention: the backward pass of SDPA is several times slower on CPU with padded batches.
        encoder: Any = AutoModel.from_pretrained(base_model, attn_implementation="eager", dtype=torch.float32)
    except (OSError, ValueError) as error:
        raise BaseModelError(base_model, "holds no encoder that can be read") from error
    if vocabulary > encoder.get_input_embeddings().num_embeddings:
        encoder.resize_token_embeddings(vocabulary)
    for name, module in encoder.named_modules():
        if isinstance(module, nn.Dropout) and not name.endswith(ATTENTION_WEIGHTS):
            module.p = dropout
    return Network(encoder, encoder.config.hidden_size, labels)


def mean_network(networks: Sequence[Network]) -> Network:
    """The first of them, with the mean of all their weights; they must have grown from one start, or their mean knows nothing.

    A mean of the weights serves at the price of one network; a mean of what several say, at the price of all.
    """
    states = [network.state_dict() for network in networks]
    networks[0].load_state_dict({name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]})
    return networks[0]


def scores_of(network: Network, windows: Sequence[Any], token_types: bool) -> NDArray[np.float32]:
    """Raw scores of encoded windows with the fp32 network, one at a time as in serving; shape (windows, labels)."""
    rows = []
    with torch.inference_mode():
        for window in windows:
            ids, mask = torch.tensor([window.input_ids]), torch.tensor([window.attention_mask])
            types = torch.tensor([window.token_type_ids]) if token_types else None
            rows.append(network(ids, mask, types)["logits"][0].numpy())
    return np.array(rows)


def takes_token_types(base_model: str) -> bool:
    """Whether the encoder tells the text from its context by token types (BERT does, RoBERTa doesn't)."""
    return getattr(AutoConfig.from_pretrained(base_model), "type_vocab_size", 0) > 1


@functools.cache
def bf16_pays() -> bool:
    """Whether bfloat16 takes less time than fp32 here.

    Of a processor the instruction says too little: half the time on some that have it, one and a half times on others
    (training/LOG.md). So a layer is timed in both, once a process, in half a second.
    """
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported()) and _seconds_a_layer(bf16=True) < _seconds_a_layer(bf16=False)


def _seconds_a_layer(bf16: bool, rows: int = 2048, width: int = 384, times: int = 4) -> float:
    """The shortest of a few times forwards and backwards through a linear layer of a small encoder's shape."""
    # Random numbers of its own: a seeded run must not depend on whether it was timed.
    spread = torch.Generator().manual_seed(0)
    states, weight = (torch.randn(n, width, generator=spread).requires_grad_() for n in (rows, 4 * width))
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            wide = nn.functional.linear(states, weight)
        wide.float().sum().backward()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def base_model_sha256(base_model: str) -> str:
    """What tells one base model from another in the same place: the hash of its files, or a hub id as it is."""
    files = sorted(Path(base_model).glob("*.json")) + sorted(Path(base_model).glob("*.safetensors"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode("utf8") + file.read_bytes())
    return digest.hexdigest() if files else base_model


def base_model_name(base_model: str) -> str:
    """The name to print on the card: what the model's own config says, else the folder's name or hub id."""
    folder = Path(base_model)
    if not folder.is_dir():
        return base_model
    config = json.loads((folder / "config.json").read_text(encoding="utf8"))
    return Path(config.get("_name_or_path") or folder.resolve().name).name
