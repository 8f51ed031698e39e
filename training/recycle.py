"""A start for a Dutch encoder: the body of an encoder of another language under a new Dutch vocabulary.

A token starts from the meaning of its translation, where the word list has one: the mean of the embeddings that the old
model has for it (WECHSEL, Minixhofer et al. 2022, with a word list in the place of aligned vectors). Any other that the old
vocabulary holds too keeps its embedding (de Vries & Nissim 2021, "As Good as New"), and the rest get the mean of the pieces
that the old tokenizer cuts them into.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoModel, AutoTokenizer, BertConfig, BertForMaskedLM

from training.errors import BaseModelError, TrainingError

# A shorter word inside another one is mostly not that word ("##die", "##of").
SHORTEST_WORD = 4
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


def read_translations(path: Path) -> dict[str, str]:
    """A word list: a Dutch token, a tab, its English translation; tokens as the vocabulary has them, `##` for inside a word.

    Raises:
        TrainingError: the file can't be read or a line has another form.
    """
    try:
        rows = [line.split("\t") for line in path.read_text(encoding="utf8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: can't be read as UTF-8 text; give an existing word list") from error
    for number, row in enumerate(rows, start=1):
        if len(row) != 2 or not all(cell.strip() for cell in row):
            raise TrainingError(f"{path}:{number}: is not a token, a tab and a translation; mend or remove the line")
    return dict(rows)


def read_base(base_model: str) -> tuple[Any, Any]:
    """The encoder whose body is recycled and its tokenizer.

    Raises:
        BaseModelError: `base_model` holds no BERT-shaped encoder that can be read.
    """
    try:
        encoder: Any = AutoModel.from_pretrained(base_model, dtype=torch.float32)
        pieces: Any = AutoTokenizer.from_pretrained(base_model)
    except (OSError, ValueError) as error:
        raise BaseModelError(base_model, "holds no encoder that can be read") from error
    if encoder.config.model_type != "bert":
        raise BaseModelError(base_model, f"is of type {encoder.config.model_type}, and only the body of a BERT can be recycled")
    return encoder, pieces


def kept_vocabulary(base_model: str, base: tuple[Any, Any]) -> Tokenizer:
    """The tokenizer of an encoder that was made here, to go on from with every embedding as it is.

    Raises:
        BaseModelError: it has other special tokens than ours, in other places.
    """
    tokenizer: Tokenizer = base[1].backend_tokenizer
    if tuple(tokenizer.id_to_token(i) for i in range(len(SPECIAL))) != SPECIAL:
        raise BaseModelError(base_model, "was not pre-trained here, so its vocabulary can't be kept; give --vocabulary a size")
    return tokenizer


def recycled(
    base: tuple[Any, Any], tokenizer: Tokenizer, translations: Mapping[str, str], counts: NDArray[np.int64]
) -> tuple[BertForMaskedLM, dict[str, int]]:
    """A masked-language model with the body of `base` (see `read_base`), and how many tokens started from what.

    `counts` says how often each token of the vocabulary occurs, shape (vocabulary,): the head starts from those
    frequencies and need not learn them.
    """
    old, pieces = base
    model = BertForMaskedLM(_config(old.config.to_dict(), tokenizer.get_vocab_size()))
    body = {name: value for name, value in old.state_dict().items() if not name.startswith(("pooler", "embeddings.word"))}
    model.bert.load_state_dict(body, strict=False)
    started = _fill(model.bert.embeddings.word_embeddings.weight.data, old, tokenizer, pieces, translations)
    model.tie_weights()
    model.cls.predictions.bias.data = torch.from_numpy(np.log((counts + 1) / (counts + 1).sum())).float()
    torch.nn.init.eye_(model.cls.predictions.transform.dense.weight)
    return model, started


def _config(old: dict[str, Any], vocabulary: int) -> BertConfig:
    # No dropout: a small encoder on little text underfits, and every step counts. Eager attention: on CPU its backward
    # pass is faster than SDPA's.
    changes = {
        "vocab_size": vocabulary, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
        "attn_implementation": "eager", "pad_token_id": SPECIAL.index(PAD), "_name_or_path": "",
    }  # fmt: skip
    return BertConfig(**{**old, **changes})


def _fill(new: torch.Tensor, model: Any, tokenizer: Tokenizer, pieces: Any, translations: Mapping[str, str]) -> dict[str, int]:
    old, known, unknown = model.embeddings.word_embeddings.weight.data, pieces.get_vocab(), pieces.unk_token_id
    started = {"translated": 0, "kept": 0, "cut": 0}
    spread = torch.Generator().manual_seed(0)

    def ids(text: str) -> list[int]:
        return [i for i in pieces(text, add_special_tokens=False)["input_ids"] if i != unknown]

    for token, row in tokenizer.get_vocab().items():
        word = token.removeprefix("##")
        translation = translations.get(token) or (translations.get(word) if len(word) >= SHORTEST_WORD else None)
        parts = ids(translation) if translation else []
        way = "translated" if parts else "kept" if token in known else "cut"
        parts = parts or ([known[token]] if token in known else ids(word))
        started[way] += 1
        # A sign that the old tokenizer can't cut starts near the middle, apart from the others that start there.
        new[row] = old[parts].mean(0) if parts else old.mean(0) + 0.02 * torch.randn(old.shape[1], generator=spread)
    return started
