import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import DataCollatorWithPadding

from serving.moderation.taxonomy import Taxonomy
from serving.settings import ARTEFACT, ROOT
from training.errors import BaseModelError, TrainingError
from training.finetune import FinetuneOptions, TrainingComments, batch_of, finetune, load_tokenizer, target
from training.labels import LabelledComment
from training.network import bf16_pays, divergence, load_network, mean_network

ENCODER = ROOT / "data" / "models" / "encoder"


def comment(*labels: str, borderline: bool = False) -> LabelledComment:
    return LabelledComment("1", "tekst", labels, ("criticism",), borderline, None, "w", "t", "standaard", "geschreven")


def test_targets_follow_the_label_order(taxonomy: Taxonomy) -> None:
    assert target(comment("insult", "threat"), taxonomy, 0.3) == [0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0]


def test_a_borderline_comment_has_softer_targets(taxonomy: Taxonomy) -> None:
    labelled = target(comment("insult", borderline=True), taxonomy, 0.3)
    assert labelled[1] == pytest.approx(0.85) and labelled[0] == 0 and labelled[8] == 1
    harmless = target(comment(borderline=True), taxonomy, 0.3)
    assert 0 < harmless[0] < 0.1 and harmless[8] == 1


@pytest.mark.parametrize(
    ("name", "value"), [("epochs", 0), ("runs", 0), ("learning_rate", 2.0), ("max_length", 16), ("borderline_weight", 1.5)]
)
def test_an_option_out_of_range_is_echoed(name: str, value: float) -> None:
    with pytest.raises(TrainingError, match=f"--{name.replace('_', '-')} {value}"):
        FinetuneOptions("base", **{name: value})  # type: ignore[arg-type]


def test_a_base_model_that_is_none_is_named(tmp_path: Path, taxonomy: Taxonomy) -> None:
    options = FinetuneOptions(str(tmp_path))
    with pytest.raises(BaseModelError, match=f"--base-model {tmp_path}"):
        finetune(options, [comment()], taxonomy, tmp_path / "work")
    assert not (tmp_path / "work").exists()


def test_a_work_folder_of_another_run_is_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "run.sha256").write_text("other")
    with pytest.raises(TrainingError, match="holds a run with other options or comments"):
        finetune(FinetuneOptions("base"), [comment()], taxonomy, tmp_path)


def test_a_comment_reads_the_same_within_an_epoch_and_otherwise_in_another(taxonomy: Taxonomy) -> None:
    text = "Gewoon een lange zin van enkele woorden over het zwembad"
    comments = [replace(comment("insult"), id=str(i), text=text) for i in range(20)]
    tokenizer = Tokenizer.from_file(str(ARTEFACT / "tokenizer.json"))
    dataset = TrainingComments(comments, taxonomy, tokenizer, FinetuneOptions("base", augment=1.0), True, ())
    first = [dataset[i]["input_ids"] for i in range(20)]
    assert [dataset[i]["input_ids"] for i in range(20)] == first
    dataset.epoch = 1
    assert [dataset[i]["input_ids"] for i in range(20)] != first
    plain = TrainingComments(comments, taxonomy, tokenizer, FinetuneOptions("base", augment=0.0), True, ())
    assert len({tuple(plain[i]["input_ids"]) for i in range(20)}) == 1


def test_with_agreement_every_comment_is_read_twice(taxonomy: Taxonomy) -> None:
    comments = [replace(comment("insult"), id=str(i), text="Gewoon een lange zin over het zwembad") for i in range(5)]
    base = load_tokenizer(str(ENCODER), comments)
    options = FinetuneOptions("base", agreement=0.5)
    dataset = TrainingComments(comments, taxonomy, base.backend_tokenizer, options, True, ())
    batch = batch_of(DataCollatorWithPadding(base, pad_to_multiple_of=16), options, [dataset[i] for i in range(5)])
    assert (batch["twins"], batch["agreement"]) == (5, 0.5)
    ids, labels = batch["input_ids"], batch["labels"]
    assert len(ids) == 10 and ids.shape[1] % 16 == 0 and labels.shape == (10, len(taxonomy.ids))
    for first, twin in ((0, 5), (4, 9)):
        assert not torch.equal(ids[first], ids[twin]) and torch.equal(labels[first], labels[twin])


def test_comments_parted_from_their_twins_are_refused() -> None:
    """Several GPUs in one process divide the rows of a batch; then the first half would be compared with itself, at no price."""
    network = load_network(str(ENCODER), labels=2, vocabulary=0)
    half = {"input_ids": torch.ones(3, 4, dtype=torch.long), "attention_mask": torch.ones(3, 4), "labels": torch.zeros(3, 2)}
    with pytest.raises(TrainingError, match="a process for each GPU"):
        network(**half, twins=3, agreement=1.0)


def test_the_mean_of_networks_has_the_mean_of_every_weight() -> None:
    networks = [load_network(str(ENCODER), labels=2, vocabulary=0) for _ in range(2)]
    with torch.no_grad():
        networks[1].encoder.embeddings.word_embeddings.weight += 1.0
    first, second = ({k: v.clone() for k, v in network.state_dict().items()} for network in networks)
    found = mean_network(networks).state_dict()
    assert not torch.equal(first["head.weight"], second["head.weight"])
    for name, value in found.items():
        torch.testing.assert_close(value, (first[name] + second[name]) / 2)


def test_dropout_is_for_learning_only() -> None:
    network = load_network(str(ENCODER), labels=2, vocabulary=0, dropout=0.2)
    network.dropout.p = 0.0  # the head's own
    ids, mask = torch.arange(4, 20).unsqueeze(0), torch.ones(1, 16)
    learning = [network.train()(ids, mask)["logits"] for _ in range(2)]
    serving = [network.eval()(ids, mask)["logits"] for _ in range(2)]
    assert not torch.equal(*learning) and torch.equal(*serving)


def test_disagreement_costs_and_agreement_does_not() -> None:
    logits = torch.tensor([[2.0, -1.0]])
    assert float(divergence(logits, logits)) == 0
    # ((sigmoid(2) - sigmoid(0)) * 2 + 0) / 2 labels / 2
    expected = (1 / (1 + math.exp(-2)) - 0.5) * 2 / 4
    assert float(divergence(logits, torch.tensor([[0.0, -1.0]]))) == pytest.approx(expected)


def test_timing_bfloat16_leaves_the_random_numbers_of_a_seeded_run_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    bf16_pays.__wrapped__()
    assert torch.equal(torch.rand(3), expected)
