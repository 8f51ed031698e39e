import json
from dataclasses import replace
from pathlib import Path

import pytest

from serving.moderation.taxonomy import Taxonomy
from training.errors import TrainingError
from training.floors import breaches, read_floors
from training.labels import LabelledComment, read_splits
from training.quality import agreement, diversity, main, near_copies, read_second, report

DATA = Path(__file__).resolve().parents[2] / "data"
LONG = "De vuilniswagen heeft onze straat alweer overgeslagen, dat is de derde keer deze maand"


def comment(number: int, text: str, *labels: str, pair: str | None = None, either: tuple[str, ...] = ()) -> LabelledComment:
    return LabelledComment(str(number), text, labels, (), False, None, "w", "t", "standaard", "geschreven", pair, None, either)


def test_a_near_copy_is_found_and_a_minimal_pair_is_not() -> None:
    other = comment(3, "Iets heel anders over de kermis op het plein")
    copied = [comment(1, LONG), comment(2, LONG.replace("derde", "vierde")), other]
    assert list(near_copies(copied)) == [("1", "2")]
    assert list(near_copies([replace(c, pair="p") for c in copied])) == []


def test_short_comments_are_no_copies() -> None:
    assert list(near_copies([comment(1, "Niet akkoord!"), comment(2, "niet akkoord")])) == []


def test_agreement_is_between_the_writer_and_the_second_reader(taxonomy: Taxonomy) -> None:
    # 0-9 insult by both, 10-14 by the writer alone, 15-19 by the second reader alone, 20-39 by neither
    comments = [comment(i, f"{i}", "insult") for i in range(10)]
    comments += [comment(i, f"{i}", either=("insult",)) for i in range(10, 20)]
    comments += [comment(i, f"{i}") for i in range(20, 40)]
    second = {str(i): (["insult"] if i < 10 or 15 <= i < 20 else []) for i in range(40)}
    # observed 30/40, expected (15/40)^2 + (25/40)^2
    expected = (30 / 40 - (225 + 625) / 1600) / (1 - (225 + 625) / 1600)
    assert agreement(comments, second, taxonomy)["insult"] == pytest.approx(expected, abs=1e-3)


def test_a_second_reading_of_other_comments_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(TrainingError, match="shares no id"):
        agreement([comment(1, "a")], {"x": []}, taxonomy)


def test_diversity_falls_with_repetition() -> None:
    varied, repeated = diversity(["een twee drie vier vijf zes"]), diversity(["een een een een een een"])
    assert all(varied[n] > repeated[n] for n in ("1", "2", "3"))


def test_the_shipped_comments_hold_every_floor_and_a_breach_would_show(taxonomy: Taxonomy) -> None:
    second = read_second(DATA / "audit" / "second_reading.jsonl")
    figures = report(read_splits(DATA / "comments", taxonomy), second, taxonomy)
    floors = read_floors("data")
    assert breaches(figures, floors) == []
    (breach,) = breaches(figures | {"borderline_share": 0.2}, floors)
    assert breach.startswith("borderline_share is 0.2, must lie from 0.06 to 0.1")


def test_the_command_fails_on_a_breach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for split in ("train", "dev", "test"):
        lines = (DATA / "comments" / f"{split}.jsonl").read_text(encoding="utf8").splitlines()[:60]
        (tmp_path / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf8")
    assert main(["--data", str(tmp_path), "--second", str(DATA / "audit" / "second_reading.jsonl")]) == 1
    printed = capsys.readouterr()
    assert "comments is 180, must lie from 12000" in printed.err
    assert "settled_share was not measured" in printed.err
    assert json.loads(printed.out)["test"] == 60


def test_a_broken_second_reading_is_named(tmp_path: Path) -> None:
    (tmp_path / "second.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(TrainingError, match=r"second\.jsonl: is not a second reading"):
        read_second(tmp_path / "second.jsonl")
