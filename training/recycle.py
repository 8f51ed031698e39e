"""A start for a Dutch encoder: the body of an encoder of another language under a new Dutch vocabulary.

Every token that the old vocabulary holds too keeps its embedding; any other gets the mean of the pieces that the old
tokenizer cuts it into (de Vries & Nissim 2021, "As Good as New"; the mean as in WECHSEL, Minixhofer et al. 2022).
"""

from collections.abc import Iterable
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoModel, AutoTokenizer, BertConfig, BertForMaskedLM

from training.errors import BaseModelError

PAD, UNKNOWN, START, END, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def learn_vocabulary(texts: Iterable[str], size: int) -> Tokenizer:
    """An uncased WordPiece tokenizer of `size` tokens, the special ones first, in the form that BERT encoders read."""
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=list(SPECIAL), limit_alphabet=1000, min_frequency=3, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}",
        pair=f"{START} $A {END} $B:1 {END}:1",
        special_tokens=[(mark, tokenizer.token_to_id(mark)) for mark in (START, END)],
    )
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def recycled(base_model: str, tokenizer: Tokenizer) -> tuple[BertForMaskedLM, int]:
    """A masked-language model with the body of `base_model`, and how many tokens kept their embedding.

    Raises:
        BaseModelError: `base_model` holds no BERT-shaped encoder that can be read.
    """
    try:
        old: Any = AutoModel.from_pretrained(base_model)
        pieces = AutoTokenizer.from_pretrained(base_model)
    except (OSError, ValueError) as error:
        raise BaseModelError(base_model, "holds no encoder that can be read") from error
    if old.config.model_type != "bert":
        raise BaseModelError(base_model, f"is of type {old.config.model_type}, and only the body of a BERT can be recycled")
    model = BertForMaskedLM(_config(old.config.to_dict(), tokenizer.get_vocab_size()))
    body = {name: value for name, value in old.state_dict().items() if not name.startswith(("pooler", "embeddings.word"))}
    model.bert.load_state_dict(body, strict=False)
    kept = _fill(
        model.bert.embeddings.word_embeddings.weight.data, old.embeddings.word_embeddings.weight.data, tokenizer, pieces
    )
    model.tie_weights()
    return model, kept


def _config(old: dict[str, Any], vocabulary: int) -> BertConfig:
    # No dropout: a small encoder on little text underfits, and every step counts. Eager attention: on CPU its backward
    # pass is faster than SDPA's.
    changes = {
        "vocab_size": vocabulary, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
        "attn_implementation": "eager", "pad_token_id": SPECIAL.index(PAD), "_name_or_path": "",
    }  # fmt: skip
    return BertConfig(**{**old, **changes})


def _fill(new: torch.Tensor, old: torch.Tensor, tokenizer: Tokenizer, pieces: Any) -> int:
    known, kept, unknown = pieces.get_vocab(), 0, pieces.unk_token_id
    spread = torch.Generator().manual_seed(0)
    for token, row in tokenizer.get_vocab().items():
        if token in known:
            new[row] = old[known[token]]
            kept += 1
            continue
        parts = [i for i in pieces(token.removeprefix("##"), add_special_tokens=False)["input_ids"] if i != unknown]
        # A sign that the old tokenizer can't cut starts near the middle, apart from the others that start there.
        new[row] = old[parts].mean(0) if parts else old.mean(0) + 0.02 * torch.randn(old.shape[1], generator=spread)
    return kept
