import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision
from serving.settings import read_settings
from training.evaluate import labels_of, probabilities_of
from training.labels import LabelledComment
from training.questions import errors
from training.run import Judged, Run, RunOptions


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(RunOptions(out=tmp_path_factory.mktemp("run"), every=60), read_settings({}))


def labelled(text: str, *labels: str, signals: tuple[str, ...] = (), either: tuple[str, ...] = ()) -> LabelledComment:
    return LabelledComment(text, text, labels, signals, False, None, "w", "t", "standaard", "s", either=either)


def judge(run: Run, rows: list[Any], *decided: tuple[str, dict[str, float]]) -> Judged:
    """Probabilities of 0.5 and more are labels."""
    decisions = []
    for action, given in decided:
        probabilities = dict.fromkeys(run.taxonomy.category_ids, 0.1) | given
        labels = tuple(name for name, p in probabilities.items() if p >= 0.5)
        decisions.append(Decision("1", action, labels, (), probabilities, (), (), (), None, (), "m", "p", "1"))  # type: ignore[arg-type]
    comments = [Comment("1", "tekst") for _ in rows]
    return Judged(rows, comments, decisions, probabilities_of(decisions), labels_of(decisions, run.taxonomy))


def test_each_kind_of_mistake_is_counted_among_what_it_can_happen_to(run: Run) -> None:
    rows = [
        labelled("a", "threat"),
        labelled("b", "insult"),
        labelled("c", signals=("criticism",)),
        labelled("d"),
        labelled("e", either=("insult",)),
        labelled("f", "threat", either=("insult",)),
    ]
    mistakes = errors.mistakes_of(
        judge(
            run,
            rows,
            ("publish", {"threat": 0.2}),
            ("review", {"bullying": 0.8}),
            ("review", {"insult": 0.9}),
            ("publish", {}),
            ("review", {"insult": 0.9}),
            ("review", {"insult": 0.9}),
        ),
        run,
    )
    among = {kind: np.flatnonzero(found.among).tolist() for kind, found in mistakes.items()}
    wrong = {kind: np.flatnonzero(found.wrong).tolist() for kind, found in mistakes.items()}
    assert set(mistakes) == set(errors.KINDS)
    assert among == {
        "threat_published": [0, 5],
        "violation_published": [0, 1, 5],
        "harmless_held": [2, 3],
        "criticism_taken": [2],
        "other_rule": [1, 5],
    }
    # f: what one of two readers saw is no wrong rule.
    assert wrong == {
        "threat_published": [0],
        "violation_published": [0],
        "harmless_held": [2],
        "criticism_taken": [2],
        "other_rule": [1],
    }
    assert mistakes["threat_published"].sure[0] == pytest.approx(0.8)
    assert mistakes["harmless_held"].sure[2] == pytest.approx(0.9)
    assert mistakes["other_rule"].sure[1] == pytest.approx(0.8)


def test_real_comments_count_only_where_we_labelled_them(run: Run) -> None:
    rows = [
        {"id": "1", "text": "x", "imsypp_type": "offensive"},
        {"id": "2", "text": "y", "labels": [], "either": [], "signals": []},
    ]
    mistakes = errors.mistakes_of(judge(run, rows, ("review", {"insult": 0.9}), ("review", {"insult": 0.9})), run)
    assert mistakes["harmless_held"].among.tolist() == [False, True]


def test_confusions_name_what_was_missed_and_what_was_said_instead(run: Run) -> None:
    rows = [
        labelled("a", "bullying"),
        labelled("b", "bullying"),
        labelled("c", "bullying", either=("insult",)),
        labelled("d", "insult"),
    ]
    found = errors.confusions(
        judge(
            run,
            rows,
            ("review", {"insult": 0.9}),
            ("review", {"insult": 0.9, "bullying": 0.9}),
            ("review", {"insult": 0.9}),
            ("publish", {}),
        ),
        run,
    )
    assert [(pair["is"], pair["taken_for"], pair["share"]["n"]) for pair in found] == [("bullying", "insult", 3)]
    assert found[0]["share"]["value"] == pytest.approx(1 / 3, abs=1e-4)


def test_examples_are_the_surest_ones_masked_and_without_more_than_asked(run: Run) -> None:
    rows = [labelled(f"Bel mij op 0470 12 34 5{i}.") for i in range(7)]
    judged = judge(run, rows, *[("review", {"insult": 0.5 + i / 20}) for i in range(7)])
    comments = [Comment(row.id, row.text) for row in rows]
    judged = Judged(rows, comments, judged.decisions, judged.probabilities, judged.found)
    found = errors.examples(run, [(judged, errors.mistakes_of(judged, run)["harmless_held"])])
    assert len(found) == errors.EXAMPLES
    assert all("0470" not in json.dumps(example) and "[telefoonnummer]" in json.dumps(example) for example in found)
    assert found[0]["remark"].startswith("Ons label: geen overtreding. Het model las: persoonlijke gegevens")


def test_figures_are_plain_and_hold_no_real_text(run: Run, tmp_path: Path) -> None:
    texts = [f"Dit is een echte reactie nummer {i} over het stadhuis, klootzak" for i in range(3)]
    real = tmp_path / "real.jsonl"
    lines = [
        {"id": str(i), "text": text, "imsypp_type": "offensive", "labels": [], "either": [], "signals": []}
        for i, text in enumerate(texts)
    ]
    real.write_text("\n".join(map(json.dumps, lines)), encoding="utf8")
    with_real = Run(RunOptions(out=run.options.out, every=60, real=real), run.settings)
    written = json.dumps(errors.figures(with_real), allow_nan=False, ensure_ascii=False)
    assert '"real"' in written and "echte reactie nummer" not in written


def figure(value: float | None, n: int = 20) -> dict[str, Any]:
    return {"value": value, "low": 0.0, "high": 0.2, "n": n}


def test_the_answer_holds_where_nothing_was_measured() -> None:
    full = {"threat_published": figure(0.0), "harmless_held": figure(0.1), "criticism_taken": figure(0.05)}
    first, second = errors.answer({"counts": {"own": full}})
    assert first == "Van de bedreigingen in onze eigen testreacties blijft 0,0\xa0% (0,0–20,0) gewoon staan (n = 20)."
    assert "kritiek" in second
    with_real = errors.answer({"counts": {"own": full, "real": {"violation_published": figure(0.1)}}})[0]
    assert with_real.endswith("(n = 20); van alle overtredingen in echte reacties 10,0\xa0% (0,0–20,0) (n = 20).")
    assert errors.answer({"counts": {"own": full, "real": {"violation_published": figure(None, 0)}}})[0] == first
    for missing, said in (
        ("threat_published", "zijn geen bedreigingen"),
        ("harmless_held", "tegengehouden, is hier niet gemeten"),
    ):
        assert said in " ".join(errors.answer({"counts": {"own": full | {missing: figure(None, 0)}}}))
    assert "kritiek" not in errors.answer({"counts": {"own": full | {"criticism_taken": figure(None, 0)}}})[1]


def test_what_does_not_stand_out_is_said() -> None:
    traits = {"threat_published": {"looked_at": 0, "found": []}, "harmless_held": {"looked_at": 9, "found": []}}
    said = errors.unremarkable(traits)
    assert said == "Niets valt op bij: onschuldige reactie tegengehouden. Te weinig reacties bij: bedreiging gepubliceerd."
    assert errors.unremarkable({"harmless_held": {"looked_at": 9, "found": [{}]}}) == "Bij elke soort fout valt iets op."
