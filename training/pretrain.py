"""Pre-train a small Dutch encoder by masked-language modelling, from texts to an encoder that `training.train` starts from:

    python -m training.pretrain --base-model FOLDER --corpus FOLDER --work FOLDER --out FOLDER --tokens 100

Learns a vocabulary, cuts the texts into token ids, recycles the base model's body (`training.recycle`) and trains on `--tokens`
million tokens: a warm-up, a plateau, then a decay over the last part. Everything is kept in `--work`; the same command takes
up a run killed at any moment, and a larger `--tokens` goes on from the end of the plateau, so that nothing is learnt twice.
Where that folder is gone, `--base-model data/models/encoder --vocabulary 0` goes on from a finished encoder.
Works on a GPU, or on CPU threads, in bfloat16 where that takes less time.
"""

import argparse
import dataclasses
import hashlib
import json
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from tokenizers import Tokenizer
from transformers import BertForMaskedLM, PreTrainedTokenizerFast

from serving.settings import ROOT
from training.corpora import Corpus, read_corpora, weights_at
from training.encoder_card import encoder_card, former_card
from training.errors import TrainingError, refuse_out_of_range
from training.files import new_file, new_folder
from training.masking import Batch, Shape, batches, split_off
from training.network import base_model_name, base_model_sha256, bf16_pays
from training.recycle import END, MASK, PAD, START, UNKNOWN, kept_vocabulary, read_base, read_translations, recycled
from training.schedule import PLATEAU, Pace, Schedule
from training.token_ids import token_ids, vocabulary

_log = Console(stderr=True)
CORPORA = ROOT / "data" / "corpora.toml"
TRANSLATIONS = ROOT / "data" / "vocabulary" / "nl-en.tsv"
STEPS_PER_LINE = 50
VALIDATION_BATCHES = 20
# What the own comments and the real ones lose, apart from all the rest: they are what the encoder is for.
COMMENTS = ("comments", "jensen_comments")


@dataclass(frozen=True)
class PretrainOptions:
    """`tokens` in millions; `vocabulary` in tokens, 0 keeps the base model's; `length` in tokens a sequence; `mask_rate` of the
    plateau, in the decay it falls to half of it."""

    tokens: float = 100.0
    vocabulary: int = 16_384
    length: int = 64
    batch_size: int = 64
    learning_rate: float = 5e-4
    decay_share: float = 0.2
    mask_rate: float = 0.3
    noise: float = 0.12
    weight_decay: float = 0.01
    save_minutes: float = 5.0
    seed: int = 0

    def __post_init__(self) -> None:
        checks = {
            "tokens": self.tokens > 0,
            "vocabulary": self.vocabulary == 0 or 300 <= self.vocabulary <= 65_535,
            "length": 16 <= self.length <= 512,
            "batch_size": self.batch_size >= 1,
            "learning_rate": 0 < self.learning_rate < 1,
            "decay_share": 0 < self.decay_share <= 1,
            "mask_rate": 0 < self.mask_rate < 1,
            "noise": 0 <= self.noise < 1,
        }
        refuse_out_of_range(self, checks)

    @property
    def tokens_a_step(self) -> int:
        return self.batch_size * self.length


@dataclass
class Run:
    """What training changes, and what a checkpoint holds."""

    model: BertForMaskedLM
    optimizer: torch.optim.Optimizer
    step: int


def pretrain(
    base_model: str,
    corpora: Sequence[Corpus],
    translations: dict[str, str],
    work: Path,
    out: Path,
    options: PretrainOptions,
) -> dict[str, float]:
    """Run the whole recipe and write the encoder; returns its last validation losses.

    Raises:
        TrainingError: a text can't be read, or `work` holds a run of other options; before anything is changed.
    """
    torch.manual_seed(options.seed)
    mark, fingerprint = _mark(work, base_model, options)
    base = read_base(base_model)
    kept = kept_vocabulary(base_model, base) if options.vocabulary == 0 else None
    tokenizer = kept or vocabulary(work / f"tokenizer-{options.vocabulary}.json", corpora, options.vocabulary)
    ids = {corpus.name: token_ids(work / f"ids-{options.vocabulary}", corpus, tokenizer) for corpus in corpora}
    _log.print(f"texts: {sum(map(len, ids.values())) / 1e6:.1f} M tokens in {len(ids)} corpora")
    schedule = Schedule.of(options.tokens * 1e6 / options.tokens_a_step, options.learning_rate, options.decay_share)
    counts = sum(np.bincount(found, minlength=tokenizer.get_vocab_size()) for found in ids.values())
    model, started = recycled(base, tokenizer, {} if kept else translations, np.asarray(counts))
    _log.print(f"vocabulary: {started}", highlight=False)
    # Only now: options that can't be used must not bind the folder to them.
    mark.write_text(fingerprint)
    run = _start(model, work, schedule, options)
    shape = Shape(options.batch_size, options.length, tokenizer.get_vocab_size(), options.noise)
    losses = _train(run, split_off(ids), corpora, shape, work, schedule, options)
    sizes = {name: len(found) for name, found in ids.items()}
    card = encoder_card(
        base_model_name(base_model), corpora, sizes, started, _noted(work, schedule), dataclasses.asdict(options)
    )
    if kept:
        card += former_card(base_model)
    _write(out, run, tokenizer, card)
    return losses


def _train(
    run: Run,
    ids: dict[str, tuple[Any, Any]],
    corpora: Sequence[Corpus],
    shape: Shape,
    work: Path,
    schedule: Schedule,
    options: PretrainOptions,
) -> dict[str, float]:
    learn = {name: pair[0] for name, pair in ids.items()}
    held_out = {name: pair[1] for name, pair in ids.items()}
    weights = weights_at(corpora, schedule, 0)

    def stream_from(step: int) -> Generator[Batch, float, None]:
        drawn = weights_at(corpora, schedule, step)
        stream = batches(learn, drawn, shape, np.random.default_rng([options.seed, step]))
        next(stream)
        return stream

    stream = stream_from(run.step)
    saved, pace = time.monotonic(), Pace(options.tokens_a_step)
    while run.step < schedule.steps:
        if run.step == schedule.plateau_end:
            stream = stream_from(run.step)
        height = schedule.height(run.step)
        pace.add(_step(run, stream.send(options.mask_rate * (1 + height) / 2), schedule.learning_rate(run.step)))
        if run.step % STEPS_PER_LINE == 0 or run.step == schedule.steps:
            _log.print(pace.line(run.step, schedule.steps), highlight=False)
        if run.step == schedule.plateau_end or time.monotonic() - saved > options.save_minutes * 60:
            with pace.left_out():
                _note(run, held_out, weights, shape, work, schedule)
                _save(work / schedule.checkpoint(run.step), run)
            saved = time.monotonic()
    return _note(run, held_out, weights, shape, work, schedule)


def _step(run: Run, batch: Batch, learning_rate: float) -> float:
    for group in run.optimizer.param_groups:
        group["lr"] = learning_rate
    loss = _loss(run.model, batch)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    run.optimizer.step()
    run.optimizer.zero_grad()
    run.step += 1
    return float(loss.detach())


def _loss(model: BertForMaskedLM, batch: Batch) -> torch.Tensor:
    """Cross-entropy at the masked places only: the vocabulary's matrix is most of the work elsewhere."""
    device = model.device
    with torch.autocast(device.type, torch.bfloat16, enabled=bf16_pays()):
        states = model.bert(input_ids=torch.from_numpy(batch.ids).to(device)).last_hidden_state
        masked = states.reshape(-1, states.shape[-1])[torch.from_numpy(batch.places).to(device)]
        scores = model.cls(masked)
    return torch.nn.functional.cross_entropy(scores.float(), torch.from_numpy(batch.truth).to(device))


def _note(
    run: Run, held_out: dict[str, Any], weights: dict[str, float], shape: Shape, work: Path, schedule: Schedule
) -> dict[str, float]:
    """Validation losses at a mask rate of 15 %, on all texts and on comments; appended to `losses.jsonl`."""
    comments = {name: held_out[name] for name in COMMENTS if name in held_out} or held_out
    losses = {}
    for name, texts in (("loss", held_out), ("loss_on_comments", comments)):
        stream = batches(texts, weights, shape, np.random.default_rng(7))
        next(stream)
        with torch.no_grad():
            found = [float(_loss(run.model, stream.send(0.15))) for _ in range(VALIDATION_BATCHES)]
        losses[name] = round(sum(found) / len(found), 4)
    tokens = run.step * shape.sequences * shape.length
    row = {"tokens": tokens, "checkpoint": schedule.checkpoint(run.step), **losses}
    with (work / "losses.jsonl").open("a", encoding="utf8") as file:
        file.write(json.dumps(row) + "\n")
    _log.print(f"validation at {tokens / 1e6:.1f} M tokens: {losses}", highlight=False)
    return losses


def _start(model: BertForMaskedLM, work: Path, schedule: Schedule, options: PretrainOptions) -> Run:
    """A new run, or the one that `work` holds a checkpoint of."""
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    others = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": decayed, "weight_decay": options.weight_decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.learning_rate, betas=(0.9, 0.98), fused=True)
    run = Run(model, optimizer, 0)
    found = schedule.resume_from(path.name for path in work.glob("*.pt"))
    if found is None:
        return run
    kept_run = torch.load(work / found, map_location=model.device, weights_only=True)
    model.load_state_dict(kept_run["model"])
    optimizer.load_state_dict(kept_run["optimizer"])
    run.step = kept_run["step"]
    if found == PLATEAU and run.step > schedule.plateau_end:
        past = run.step * options.tokens_a_step / 1e6
        raise TrainingError(
            f"--tokens {options.tokens:g}: the plateau in {work} is past where this run would begin to decay ({past:.1f} M tokens "
            f"read); give at least {past / (1 - options.decay_share):.1f}"
        )
    _log.print(f"start: goes on from step {run.step} ({found})")
    return run


def _save(path: Path, run: Run) -> None:
    with new_file(path) as beside:
        torch.save({"model": run.model.state_dict(), "optimizer": run.optimizer.state_dict(), "step": run.step}, beside)


def _write(out: Path, run: Run, tokenizer: Tokenizer, card: str) -> None:
    with new_folder(out) as folder:
        # Half precision: the encoder is shipped, and fine-tuning starts from it in full precision again.
        run.model.bert.half().save_pretrained(folder)
        marks = {"pad_token": PAD, "unk_token": UNKNOWN, "cls_token": START, "sep_token": END, "mask_token": MASK}
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **marks).save_pretrained(folder)
        (folder / "MODEL_CARD.md").write_text(card, encoding="utf8")


def _noted(work: Path, schedule: Schedule) -> list[dict[str, Any]]:
    """The validation losses of the plateau and of this decay, in order; of a run asked for again after it ended, the last."""
    rows = [json.loads(line) for line in (work / "losses.jsonl").read_text(encoding="utf8").splitlines()]
    mine = (PLATEAU, schedule.checkpoint(schedule.steps))
    return sorted(
        {row["tokens"]: row for row in rows if row["checkpoint"] in mine}.values(), key=lambda row: int(row["tokens"])
    )


def _mark(work: Path, base_model: str, options: PretrainOptions) -> tuple[Path, str]:
    """The file that ties a work folder to one run, and what it should hold; how long it lasts and what it reads may change."""
    may_change = {"tokens", "decay_share", "save_minutes"}
    fixed = {name: value for name, value in dataclasses.asdict(options).items() if name not in may_change}
    content = json.dumps([base_model_sha256(base_model), fixed])
    fingerprint = hashlib.sha256(content.encode("utf8")).hexdigest()
    mark = work / "run.sha256"
    if mark.exists() and mark.read_text() != fingerprint:
        raise TrainingError(
            f"--work {work}: holds a run with other options or another base model; remove it or name another folder"
        )
    return mark, fingerprint


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training.pretrain",
        description="Pre-train a small Dutch encoder.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--base-model", required=True, help="BERT encoder whose body is recycled: a local folder or a hub id")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="list of texts with weights and licences")
    parser.add_argument("--corpus", type=Path, required=True, help="folder with the texts of the list")
    parser.add_argument("--translations", type=Path, default=TRANSLATIONS, help="word list that gives tokens a start")
    parser.add_argument("--work", type=Path, required=True, help="folder of token ids and checkpoints; kept between runs")
    parser.add_argument("--out", type=Path, required=True, help="encoder folder to write")
    for field in dataclasses.fields(PretrainOptions):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default, help=field.name
        )
    raw = parser.parse_args(arguments)
    try:
        options = PretrainOptions(**{field.name: getattr(raw, field.name) for field in dataclasses.fields(PretrainOptions)})
        corpora, translations = read_corpora(raw.corpora, raw.corpus), read_translations(raw.translations)
        pretrain(raw.base_model, corpora, translations, raw.work, raw.out, options)
    except TrainingError as error:
        print(f"pretrain: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
