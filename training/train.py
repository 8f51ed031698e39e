"""The one command from labelled comments to an artefact:

    python -m training.train --base-model FOLDER-OR-HUB-ID --data data/comments --out data/models/small

fine-tune (resumable) -> ONNX int8, n-grams -> calibrate and certify on dev -> measure on test -> model card. Each step works on
what the one before wrote; the last four go through the code that serves. On several GPUs: `torchrun --nproc_per_node N -m training.train …` or `accelerate launch`.
"""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from serving.moderation.artefact import read_artefact
from serving.moderation.classifier import Classifier
from serving.moderation.comment import Comment
from serving.moderation.decision import Decision
from serving.moderation.errors import ModerationError
from serving.moderation.moderator import Moderator
from serving.moderation.policy import read_policy
from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.settings import POLICY, TAXONOMY
from training import evaluate
from training.baseline import fit_baseline
from training.calibrate import CalibrateOptions
from training.cards import model_card
from training.errors import TrainingError
from training.export import Identity, neutral_records, write_network, write_records
from training.external import EXTERNAL, held_out, read_external, telling
from training.files import new_folder
from training.finetune import Finetuned, FinetuneOptions, finetune, leave_processes, main_process
from training.int8 import int8_cost
from training.labels import ADVERSARIAL, LabelError, LabelledComment, measured_on, read_labels, read_splits, text_key
from training.linear import fit_ngrams, write_ngrams
from training.network import base_model_name
from training.recertify import fitted_records, served_reference, served_scores

_log = Console(stderr=True)


@dataclass(frozen=True)
class TrainOptions:
    data: Path
    out: Path
    work: Path
    name: str
    version: str
    real: Path | None
    extra: tuple[Path, ...]
    external: Path
    corpus: Path | None
    finetune: FinetuneOptions
    calibrate: CalibrateOptions


def train(options: TrainOptions) -> dict[str, Any]:
    """Run the whole recipe and write the artefact; returns its metrics (nothing in the helping processes of a launch on several).

    Raises:
        LabelError, TrainingError: before anything at `out` is changed.
    """
    taxonomy = read_taxonomy(TAXONOMY)
    splits = read_splits(options.data, taxonomy)
    _log.print("labels:", ", ".join(f"{split} {len(comments)}" for split, comments in splits.items()))
    real = evaluate.read_real(options.real) if options.real else []
    apart = measured_on(splits, [row["text"] for row in real])
    external, external_dev = held_out(_external(options, taxonomy, apart))
    splits["train"] += external
    splits["dev"] += external_dev
    extra = read_labels(options.extra, taxonomy)
    _check_apart([*splits["train"], *extra], {text_key(row["text"]) for row in real}, "--real")
    _check_apart(extra, apart | {text_key(c.text) for c in external_dev}, "dev or test")
    splits["train"] += extra
    finetuned = finetune(options.finetune, telling(splits["train"]), taxonomy, options.work)
    identity = Identity(
        options.name, options.version, base_model_name(options.finetune.base_model), options.finetune.max_length
    )
    writes = main_process()
    leave_processes()
    if not writes:
        return {}
    with new_folder(options.out) as folder:
        write_network(folder, finetuned)
        write_ngrams(folder / "ngrams.npz", fit_ngrams(splits["train"], taxonomy))
        records = _fitted_records(folder, identity, splits["dev"], taxonomy, options.calibrate)
        write_records(folder, identity, taxonomy, records, card="")
        metrics = {"external": len(external), "external_dev": len(external_dev)} | _metrics(
            folder, finetuned, splits, real, taxonomy, options
        )
        # Real comments where there are any: the spread on written ones, half of which break a rule, is no channel's.
        metrics["recipe"] = {k: v for k, v in dataclasses.asdict(options.finetune).items() if k != "base_model"}
        metrics["reference"] = served_reference(folder, external_dev or splits["dev"], taxonomy)
        card = model_card(identity, taxonomy, metrics, records["thresholds"])
        write_records(folder, identity, taxonomy, records | {"metrics": metrics}, card)
    return metrics


def _external(options: TrainOptions, taxonomy: Taxonomy, apart: set[str]) -> list[LabelledComment]:
    """Labels of real comments, where the corpus with their texts is at hand; says so where it is not."""
    if options.corpus is None:
        _log.print(f"labels: the texts that {options.external} labels are not at hand (--corpus), so they are left out")
        return []
    external = read_external(options.external, options.corpus, taxonomy, apart)
    _log.print(f"labels: {len(external)} real comments joined from {options.corpus}")
    return external


def _check_apart(comments: Sequence[LabelledComment], keys: set[str], where: str) -> None:
    """Refuse to train on what is measured on; `keys` are text keys."""
    if leaks := [comment.id for comment in comments if text_key(comment.text) in keys]:
        raise TrainingError(f"comment {leaks[0]!r} also stands in {where} ({len(leaks)} do); remove it from one of the two")


def _fitted_records(
    folder: Path, identity: Identity, dev: Sequence[LabelledComment], taxonomy: Taxonomy, options: CalibrateOptions
) -> dict[str, Any]:
    """Calibration and thresholds from the scores that the int8 network gives the dev split."""
    neutral = neutral_records(taxonomy)
    write_records(folder, identity, taxonomy, neutral, card="")
    scores = served_scores(Classifier(read_artefact(folder, taxonomy)), dev)
    return neutral | fitted_records(scores, dev, taxonomy, options)


def _metrics(
    folder: Path,
    finetuned: Finetuned,
    splits: dict[str, list[LabelledComment]],
    real: Sequence[dict[str, Any]],
    taxonomy: Taxonomy,
    options: TrainOptions,
) -> dict[str, Any]:
    """Everything the model card shows, measured through the served decision path, with the baseline beside it."""
    artefact = read_artefact(folder, taxonomy)
    moderator = Moderator(taxonomy, artefact, read_policy(POLICY, taxonomy, artefact))
    test = splits["test"]
    decisions = evaluate.predict(moderator, evaluate.as_comments(test))
    baseline = fit_baseline(splits["train"], splits["dev"], taxonomy)
    metrics: dict[str, Any] = {
        "comments": {split: len(comments) for split, comments in splits.items()},
        "int8": int8_cost(finetuned, artefact, test, taxonomy),
        "own_test": _own(test, decisions, taxonomy),
        "own_test_baseline": evaluate.own_figures(test, *baseline.judge([c.text for c in test]), taxonomy),
        "actions": evaluate.action_figures(test, decisions),
    }
    if against := splits.get(ADVERSARIAL):
        decisions = evaluate.predict(moderator, evaluate.as_comments(against))
        metrics["adversarial"] = _own(against, decisions, taxonomy)
        metrics["adversarial_baseline"] = evaluate.own_figures(against, *baseline.judge([c.text for c in against]), taxonomy)
    if real:
        decisions = evaluate.predict(moderator, [Comment(row["id"], row["text"]) for row in real])
        probabilities, found = evaluate.probabilities_of(decisions), evaluate.labels_of(decisions, taxonomy)
        metrics["real"] = evaluate.real_figures(real, probabilities, found, taxonomy)
        metrics["real_baseline"] = evaluate.real_figures(real, *baseline.judge([row["text"] for row in real]), taxonomy)
    return metrics


def _own(comments: Sequence[LabelledComment], decisions: Sequence[Decision], taxonomy: Taxonomy) -> dict[str, Any]:
    probabilities, found = evaluate.probabilities_of(decisions), evaluate.labels_of(decisions, taxonomy)
    return evaluate.own_figures(comments, probabilities, found, taxonomy)


def main(arguments: list[str] | None = None) -> int:
    try:
        options = _options(_parser().parse_args(arguments))
        metrics = train(options)
    except LabelError as error:
        print(f"train: the labelled comments can't be used:\n{error}", file=sys.stderr)
        return 2
    except (TrainingError, ModerationError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    if metrics:
        _log.print(f"{options.out}: mean F1 on the own test split {metrics['own_test']['mean_f1']['value']}")
    return 0


def _options(raw: argparse.Namespace) -> TrainOptions:
    if raw.real and not raw.real.is_file():
        raise TrainingError(f"--real {raw.real}: there is no such file; leave it out to measure on the own test split only")
    knobs = {field.name: getattr(raw, field.name) for field in dataclasses.fields(FinetuneOptions)}
    budget = CalibrateOptions(raw.review_budget, raw.precision, raw.confidence, raw.prevalence)
    work = raw.work or raw.out.with_name(f".{raw.out.name}-run")
    return TrainOptions(
        data=raw.data,
        out=raw.out,
        work=work,
        name=raw.out.name,
        version=raw.version,
        real=raw.real,
        extra=tuple(raw.extra),
        external=raw.external,
        corpus=raw.corpus,
        finetune=FinetuneOptions(**knobs),
        calibrate=budget,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.train",
        description="From labelled comments to an artefact.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl, dev.jsonl and test.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="artefact folder to write; its name is the model's name")
    parser.add_argument("--work", type=Path, help="folder of checkpoints; the same command takes up a killed run from it")
    parser.add_argument("--version", default="1", help="version that decisions name")
    parser.add_argument("--real", type=Path, help="real comments with IMSyPP types to measure on, never trained on")
    parser.add_argument(
        "--extra", type=Path, action="append", default=[], help="more labelled comments to train on; may be repeated"
    )
    parser.add_argument("--external", type=Path, default=EXTERNAL, help="labels of real comments, by the hash of their text")
    parser.add_argument("--corpus", type=Path, help="folder with the texts of those comments; left out when not given")
    parser.add_argument("--base-model", required=True, help="encoder to start from: a local folder or a hub id")
    for field in dataclasses.fields(FinetuneOptions):
        if field.name != "base_model":
            flag = f"--{field.name.replace('_', '-')}"
            parser.add_argument(flag, type=type(field.default), default=field.default, help=f"fine-tuning: {field.name}")
    for field in dataclasses.fields(CalibrateOptions):
        flag = f"--{field.name.replace('_', '-')}"
        parser.add_argument(flag, type=float, default=field.default, help=f"thresholds: {field.name}, a share")
    return parser


if __name__ == "__main__":
    sys.exit(main())
