"""Fine-tune any encoder on labelled comments: from token ids to one score a label.

Called by `training.train`, which is the command; resumes from the last finished epoch after a kill.
"""

import contextlib
import hashlib
import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoTokenizer,
    DataCollatorWithPadding,
    PreTrainedTokenizerFast,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from serving.moderation.encoding import encode
from serving.moderation.taxonomy import Taxonomy
from serving.moderation.text import normalise
from training.augment import WORD_SETS, WordSet, augmented, read_word_sets
from training.errors import BaseModelError, TrainingError, refuse_out_of_range
from training.labels import LabelledComment
from training.network import Network, base_model_sha256, bf16_pays, load_network, mean_network, takes_token_types

# A sign that the base model's vocabulary lacks gets a row of its own from this many comments on.
MIN_COMMENTS_FOR_A_SIGN = 3
# Batches come in few lengths: on CPU every new shape of a product is planned anew (see training.masking).
PAD_TO = 16
# From one run's seed to the next: an epoch adds one to it, and no run should read in the order of another's epoch.
SEEDS_APART = 1000
# In an item, the same comment typed in another way.
TWIN = "twin"


@dataclass(frozen=True)
class FinetuneOptions:
    """Every knob of fine-tuning. `learning_rate` is the peak of a linear warm-up and decay.

    `borderline_weight` pulls the target of a borderline comment from 0 or 1 towards the middle: 0 leaves it hard,
    1 would make it 0.5. `augment` is the chance that a comment is read typed in another way (`training.augment`).
    With `agreement` above 0 that is not left to chance: every comment is read twice, as it is and typed in another way, and
    `agreement` weighs how much may be said differently of the two. `dropout` is that of the encoder's body; with `agreement` the
    two readings are then also made with other states left out (R-Drop, Liang et al. 2021). Of several `runs`, which start from one
    head and read the same comments in other orders and disguises, the mean of the weights is taken (Wortsman et al. 2022).
    """

    base_model: str
    epochs: int = 5
    learning_rate: float = 3e-4
    batch_size: int = 32
    weight_decay: float = 0.01
    warmup_share: float = 0.1
    max_length: int = 128
    borderline_weight: float = 0.3
    augment: float = 0.3
    agreement: float = 0.0
    dropout: float = 0.1
    runs: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        checks = {
            "epochs": self.epochs >= 1,
            "learning_rate": 0 < self.learning_rate < 1,
            "batch_size": self.batch_size >= 1,
            "warmup_share": 0 <= self.warmup_share < 1,
            "max_length": 64 <= self.max_length <= 512,
            "borderline_weight": 0 <= self.borderline_weight <= 1,
            "augment": 0 <= self.augment <= 1,
            "agreement": self.agreement >= 0,
            "dropout": 0 <= self.dropout < 1,
            "runs": self.runs >= 1,
        }
        refuse_out_of_range(self, checks)


@dataclass(frozen=True)
class Finetuned:
    network: Network
    tokenizer: Tokenizer
    token_types: bool


def finetune(options: FinetuneOptions, comments: Sequence[LabelledComment], taxonomy: Taxonomy, work: Path) -> Finetuned:
    """Train on `comments`, keeping checkpoints in `work`; finished and half-finished runs there are taken up again.

    Raises:
        TrainingError: the base model can't be read, or `work` holds a run of other options or other comments.
    """
    mark, fingerprint = _mark(work, options, comments)
    tokenizer = load_tokenizer(options.base_model, comments)
    networks = []
    for number in range(options.runs):
        set_seed(options.seed)
        network = load_network(options.base_model, len(taxonomy.ids), len(tokenizer), options.dropout)
        # Only now: a base model that can't be read leaves no folder behind.
        folder = work / f"run-{number + 1}"
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(fingerprint)
        print(f"fine-tuning: run {number + 1} of {options.runs}", file=sys.stderr)
        seeded = replace(options, seed=options.seed + SEEDS_APART * number)
        networks.append(_finetuned(network, tokenizer, comments, taxonomy, seeded, folder))
    return Finetuned(mean_network(networks), tokenizer.backend_tokenizer, takes_token_types(options.base_model))


def _finetuned(
    network: Network,
    tokenizer: PreTrainedTokenizerFast,
    comments: Sequence[LabelledComment],
    taxonomy: Taxonomy,
    options: FinetuneOptions,
    work: Path,
) -> Network:
    """One run, ready to serve; taken up again from the last checkpoint in `work`."""
    token_types = takes_token_types(options.base_model)
    word_sets = read_word_sets(WORD_SETS)
    dataset = TrainingComments(comments, taxonomy, tokenizer.backend_tokenizer, options, token_types, word_sets)
    trainer = Trainer(
        model=network,
        args=_arguments(options, work),
        train_dataset=dataset,
        data_collator=partial(batch_of, DataCollatorWithPadding(tokenizer, pad_to_multiple_of=PAD_TO), options),
        callbacks=[_NewEpoch(dataset)],
    )
    # One process first: two that clear up the same folder would trip over each other.
    with trainer.args.main_process_first(local=False):
        _remove_half_written(work)
        last = get_last_checkpoint(str(work))
    # The trainer reports on stdout, where commands print their results.
    with contextlib.redirect_stdout(sys.stderr):
        trainer.train(resume_from_checkpoint=last)
    # The trainer leaves the network wrapped in autocast, which must not be exported.
    trained = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    served: Network = trained.eval().float().cpu()
    return served


def load_tokenizer(base_model: str, comments: Sequence[LabelledComment]) -> PreTrainedTokenizerFast:
    """The base model's tokenizer, with the emoji and signs that residents use and its vocabulary lacks added."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(base_model)
    except (OSError, ValueError) as error:
        raise BaseModelError(base_model, "holds no tokenizer that can be read") from error
    if not getattr(tokenizer, "is_fast", False):
        raise BaseModelError(base_model, "has no fast tokenizer (tokenizer.json)")
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.add_tokens(_missing_signs(tokenizer, comments))
    return tokenizer


@dataclass
class TrainingComments:
    """Token ids and targets, encoded by the code that serves; of a long comment the first window is read.

    From one epoch to the next a comment may read otherwise; within one it is always the same, so that a run that was
    killed and taken up again learns what it would have learnt.
    """

    comments: Sequence[LabelledComment]
    taxonomy: Taxonomy
    tokenizer: Tokenizer
    options: FinetuneOptions
    token_types: bool
    word_sets: tuple[WordSet, ...]
    epoch: int = 0

    def __len__(self) -> int:
        return len(self.comments)

    def __getitem__(self, index: int) -> dict[str, Any]:
        comment, options = self.comments[index], self.options
        text, rng = comment.text, random.Random(f"{options.seed} {self.epoch} {index}")
        if not options.agreement:
            read = augmented(text, self.word_sets, options.augment, rng) if options.augment else text
            return self._item(comment, read)
        item = self._item(comment, augmented(text, self.word_sets, 0.0, rng))
        return item | {TWIN: self._item(comment, augmented(text, (), 1.0, rng))}

    def _item(self, comment: LabelledComment, text: str) -> dict[str, Any]:
        window = encode(self.tokenizer, text, comment.context, self.options.max_length).windows[0]
        item = {
            "input_ids": window.input_ids,
            "attention_mask": window.attention_mask,
            "labels": target(comment, self.taxonomy, self.options.borderline_weight),
        }
        return item | ({"token_type_ids": window.token_type_ids} if self.token_types else {})


def batch_of(pad: DataCollatorWithPadding, options: FinetuneOptions, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A padded batch; where comments come with twins, these follow in the same order."""
    rows = [{name: value for name, value in item.items() if name != TWIN} for item in items]
    twins = [item[TWIN] for item in items if TWIN in item]
    batch = dict(pad(rows + twins))
    return batch | {"twins": len(twins), "agreement": options.agreement} if twins else batch


class _NewEpoch(TrainerCallback):
    """Tells the comments which epoch it is, and has every process shuffle them alike."""

    def __init__(self, dataset: TrainingComments) -> None:
        self.dataset = dataset

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.dataset.epoch = round(state.epoch)
        torch.manual_seed(self.dataset.options.seed + self.dataset.epoch)


def target(comment: LabelledComment, taxonomy: Taxonomy, borderline_weight: float) -> list[float]:
    """One target a label, 0 to 1, in label order: softened towards 0.5 for the categories of a borderline comment, and 0.5
    where one of two readers gave the label and the other did not."""
    present = {*comment.labels, *comment.signals}
    soften = borderline_weight / 2 if comment.borderline else 0.0
    hard = [float(label in present) for label in taxonomy.ids]
    # Only what the comment may or may not be: its own labels, or every category a little when it has none.
    uncertain = set(comment.labels) or set(taxonomy.category_ids)
    spread = soften if comment.labels else soften / 4
    soft = [abs(value - spread) if label in uncertain else value for label, value in zip(taxonomy.ids, hard, strict=True)]
    return [0.5 if label in comment.either else value for label, value in zip(taxonomy.ids, soft, strict=True)]


def _missing_signs(tokenizer: PreTrainedTokenizerFast, comments: Sequence[LabelledComment]) -> list[str]:
    if tokenizer.unk_token_id is None:
        return []
    counts = Counter(sign for comment in comments for sign in set(normalise(comment.text)) if not sign.isalnum())
    frequent = sorted(sign for sign, count in counts.items() if count >= MIN_COMMENTS_FOR_A_SIGN and not sign.isspace())
    return [sign for sign in frequent if tokenizer.unk_token_id in tokenizer(sign, add_special_tokens=False)["input_ids"]]


def _arguments(options: FinetuneOptions, work: Path) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(work),
        num_train_epochs=options.epochs,
        learning_rate=options.learning_rate,
        per_device_train_batch_size=options.batch_size,
        weight_decay=options.weight_decay,
        warmup_steps=options.warmup_share,
        lr_scheduler_type="linear",
        use_cpu=not torch.cuda.is_available(),
        bf16=bf16_pays(),
        seed=options.seed,
        save_strategy="epoch",
        save_total_limit=1,
        logging_steps=50,
        train_sampling_strategy="group_by_length",
        report_to="none",
        dataloader_pin_memory=False,
        remove_unused_columns=False,
    )


def main_process() -> bool:
    """Whether this process is the one that goes on after training; with several GPUs each has a process of its own."""
    return not torch.distributed.is_initialized() or torch.distributed.get_rank() == 0


def leave_processes() -> None:
    """Part from the other processes of a launch on several: left to the interpreter's end, that sometimes aborts one of them."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def _remove_half_written(work: Path) -> None:
    """A kill while a checkpoint is written leaves one that can't be read; the one before it is still there."""
    for checkpoint in work.glob("checkpoint-*"):
        if not (checkpoint / "trainer_state.json").is_file():
            shutil.rmtree(checkpoint)


def _mark(work: Path, options: FinetuneOptions, comments: Sequence[LabelledComment]) -> tuple[Path, str]:
    """The file that ties a work folder to one run, so that resuming never mixes two, and what it should hold."""
    read = [asdict(options), base_model_sha256(options.base_model), WORD_SETS.read_text(encoding="utf8")]
    content = json.dumps([*read, [asdict(comment) for comment in comments]], sort_keys=True)
    fingerprint = hashlib.sha256(content.encode("utf8")).hexdigest()
    mark = work / "run.sha256"
    if mark.exists() and mark.read_text() != fingerprint:
        raise TrainingError(f"--work {work}: holds a run with other options or comments; remove it or name another folder")
    return mark, fingerprint
