"""Can the model be fooled? Disguises, typos, emoji, other languages, short and long comments, and behaviour that a town counts on."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision
from training.behaviour import Group, Outcome, outcomes, read_behaviour
from training.evaluate import Bools
from training.examples import pieces
from training.metrics import as_json, rate, unmeasured
from training.mixing import mixed, read_mixing
from training.obfuscation import DISGUISES
from training.report.words import counted, number, percent
from training.robustness import macro_f1_of, robustness
from training.run import DATA, Judged, Run
from training.truth import labelled

BEHAVIOUR = DATA / "behaviour.toml"
MIXING = DATA / "mixing.toml"
# Each kind and share asks for a decision on every comment, so only one comment in so many is disguised.
ONE_IN = 3
GOAL = 0.92
# The strengths that the answer speaks of.
USUAL_SHARE = 0.3
MOST_SHARE = 0.6
# Number of words of a comment, first and last.
BANDS = {"1–4": (1, 4), "5–9": (5, 9), "10–19": (10, 19), "20–39": (20, 39), "40 en meer": (40, 10**6)}
FEWEST = 50
KINDS = {
    "none": "ongewijzigd",
    "capitals": "ALLES IN HOOFDLETTERS",
    "lower_case": "alles in kleine letters",
    "leet": "cijfers als letters (s0ms)",
    "stars": "sterretje in het woord (s*ms)",
    "spaced": "letters uit elkaar (s o m s)",
    "stretched": "letters gerekt (sooooms)",
    "lookalike": "letters uit een ander alfabet",
    "zero_width": "onzichtbare tekens",
    "vowelless": "zonder klinkers (sms)",
    "split": "woord in twee (so ms)",
    "swapped": "tikfout: letters omgewisseld",
    "dropped": "tikfout: letter vergeten",
    "neighbour_key": "tikfout: toets ernaast",
}
MIXED = {
    "emoji_after": "twee emoji achteraan",
    "emoji_among": "emoji na drie op de tien woorden",
    "emoji_for_word": "emoji in plaats van een woord",
    "french": "Franse woorden ertussen",
    "english": "Engelse woorden ertussen",
}


def figures(run: Run) -> dict[str, Any]:
    """`disguised` and `mixed`: what is kept by kind; `length`: by number of words; `behaviour`: pass rates of the written groups,
    worst first, with what failed."""
    some = run.own.rows[::ONE_IN]

    def judge(asked: Sequence[Comment]) -> Bools:
        return run.judge(asked, asked).found

    groups = behaviour(run)
    disguised = robustness(judge, some)
    found: dict[str, Any] = {
        "disguised": disguised,
        "worst_usual": worst_usual(disguised),
        "mixed": mixed(judge, some, read_mixing(MIXING)),
        "length": by_length(run.own),
        "behaviour": groups,
        "behaviour_all": as_json(rate(*np.sum([_passed(group) for group in groups], axis=0).tolist())),
    }
    if run.real and (known := labelled(run.real.rows)).any():
        found["length_real"] = by_length(run.real.where(known))
    return found


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    return _answer_disguised(figures["disguised"]), _answer_behaviour(figures["behaviour"], figures["behaviour_all"])


def worst_usual(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """What is kept under the hardest disguise or typo at the usual share; None where none was measured."""
    kept = [row["kept"] for row in rows if row["share"] == USUAL_SHARE and row["kept"]["value"] is not None]
    return min(kept, key=lambda figure: float(figure["value"]), default=None)


def by_length(judged: Judged) -> dict[str, dict[str, Any]]:
    """Macro-F1 of any violation, harmless comments held up and violations published, by number of words; None where n is below FEWEST."""
    words: NDArray[np.int_] = np.array([len(comment.text.split()) for comment in judged.comments])
    truth = [(set(_field(row, "labels")), set(_field(row, "either"))) for row in judged.rows]
    violation: Bools = np.array([bool(labels) for labels, _ in truth])
    harmless: Bools = np.array([not labels and not either for labels, either in truth])
    held: Bools = np.array([decision.action != "publish" for decision in judged.decisions])
    any_found: Bools = np.any(judged.found, axis=1)
    clear: Bools = violation | harmless
    table = {}
    for band, (least, most) in BANDS.items():
        inside: Bools = (words >= least) & (words <= most)
        shown = {
            "any_macro_f1": macro_f1_of(violation[inside & clear], any_found[inside & clear]),
            "harmless_held": rate(int((inside & harmless & held).sum()), int((inside & harmless).sum())),
            "violation_published": rate(int((inside & violation & ~held).sum()), int((inside & violation).sum())),
        }
        table[band] = {name: as_json(figure if figure.n >= FEWEST else unmeasured(figure.n)) for name, figure in shown.items()}
    return table


def behaviour(run: Run) -> list[dict[str, Any]]:
    """Every group with its pass rate, worst first, and each failing case: its texts in pieces and what is wrong, in Dutch."""
    described = read_behaviour(BEHAVIOUR, run.taxonomy)
    policy = replace(run.moderator.policy, allowed=described.allowed)

    def decide(comment: Comment) -> Decision:
        return run.moderator.decide(comment, policy)

    def measured(group: Group) -> dict[str, Any]:
        cases = list(outcomes(group, decide, run.taxonomy))
        return {
            "id": group.id,
            "kind": group.kind,
            "description": group.description,
            "passed": as_json(rate(sum(not case.problems for case in cases), len(cases))),
            "failures": [_failure(case) for case in cases if case.problems],
        }

    return sorted(map(measured, described.groups), key=lambda group: float(group["passed"]["value"]))


def measured_cell(figure: dict[str, Any], shown: str) -> str:
    """A figure as it was written out, or that there were too few to say.

    >>> measured_cell({"value": None, "n": 31}, "niet gemeten")
    'te weinig: n = 31'
    """
    return f"te weinig: {counted(figure)}" if figure["value"] is None else f"{shown}, {counted(figure)}"


def _failure(case: Outcome) -> dict[str, Any]:
    """Of a pair the second text stands under the first."""
    shown = [piece for text in case.texts for piece in (*pieces(text), {"text": "\n→ ", "categories": []})][:-1]
    return {"pieces": shown, "remark": "; ".join(case.problems)}


def _passed(group: dict[str, Any]) -> tuple[int, int]:
    n = group["passed"]["n"]
    return n - len(group["failures"]), n


def _field(row: Any, name: str) -> Iterable[str]:
    names: Iterable[str] = row[name] if isinstance(row, dict) else getattr(row, name)
    return names


def _answer_disguised(rows: Sequence[dict[str, Any]]) -> str:
    disguised = [row for row in rows if row["kind"] in DISGUISES and row["kept"]["value"] is not None]
    usual, most = ([row for row in disguised if row["share"] == share] for share in (USUAL_SHARE, MOST_SHARE))
    if not usual:
        return "Hoe goed het model vermomde woorden leest, is hier niet gemeten: te weinig reacties."
    worst = min(usual, key=lambda row: float(row["kept"]["value"]))
    met, met_at_most = (sum(row["kept"]["value"] >= GOAL for row in some) for some in (usual, most))
    many = f"{met} van de {len(usual)} vermommingen halen" if met != 1 else f"1 van de {len(usual)} vermommingen haalt"
    at_most = f", bij zes op de tien woorden {met_at_most} van de {len(most)}" if most else ""
    return (
        f"Vermomt iemand drie op de tien woorden, dan blijft bij de lastigste vermomming, “{KINDS[worst['kind']]}”, "
        f"{percent(worst['kept'])} over van hoe goed het model gewone tekst beoordeelt; {many} ons doel van 92\xa0%{at_most} ({counted(worst['kept'])})."
    )


def _answer_behaviour(groups: Sequence[dict[str, Any]], everything: dict[str, Any]) -> str:
    worst = groups[0]
    if not worst["failures"]:
        return f"Alle {everything['n']} gedragsproeven slagen."
    passed, n = _passed(worst)
    pass_ = "slaagt er 1" if passed == 1 else f"slagen er {passed or 'geen'}"
    return (
        f"Van {number(everything['n'], 0)} gedragsproeven slaagt {percent(everything, 0)}; "
        f"het zwakst is “{worst['description']}”: van de {n} {pass_}."
    )
