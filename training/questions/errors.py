"""Where does it go wrong? The most confident mistakes by kind, what they share, and examples of our own comments.

Of real comments only counts: their text never stands on a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from serving.moderation.comment import Comment
from training.behaviour import DONE
from training.evaluate import Bools, Floats
from training.examples import pieces
from training.labels import ADVERSARIAL, LabelledComment
from training.metrics import as_json, rate
from training.report import words
from training.run import Judged, Run
from training.traits import standing_out

EXAMPLES = 5
CONFUSIONS = 8
AIMED = ("insult", "bullying", "quarrel")
# By kind: what it is, and among what it is counted.
KINDS = {
    "threat_published": ("bedreiging gepubliceerd", "bedreigingen"),
    "violation_published": ("overtreding gepubliceerd", "overtredingen"),
    "harmless_held": ("onschuldige reactie tegengehouden", "onschuldige reacties"),
    "criticism_taken": ("kritiek voor belediging, pesten of ruzie gehouden", "onschuldige reacties met kritiek"),
    "other_rule": ("alleen een verkeerde huisregel genoemd", "overtredingen waarin iets gevonden is"),
}


@dataclass(frozen=True)
class Mistakes:
    """One kind of mistake: `among` what it can be made, where it was (`wrong`), and how `sure` the model was of it, 0 to 1; shapes (n,)."""

    among: Bools
    wrong: Bools
    sure: Floats


def figures(run: Run) -> dict[str, Any]:
    """By set and kind how often; by kind what stands out in the own test and the most confident examples; which rules are confused."""
    sets = {"own": run.own, ADVERSARIAL: run.adversarial}
    mistakes = {name: mistakes_of(judged, run) for name, judged in sets.items()}
    found: dict[str, Any] = {
        "counts": {name: _counts(kinds) for name, kinds in mistakes.items()},
        "traits": {kind: standing_out(run.own.rows, m.among, m.wrong) for kind, m in mistakes["own"].items()},
        "examples": {kind: examples(run, [(sets[name], mistakes[name][kind]) for name in sets]) for kind in KINDS},
        "confusions": confusions(run.own, run),
    }
    if run.real:
        found["counts"]["real"] = _counts(mistakes_of(run.real, run))
    return found


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    own = figures["counts"]["own"]
    threat, harmless = own["threat_published"], own["harmless_held"]
    if threat["value"] is None:
        first = "Hoe vaak een bedreiging gewoon blijft staan, is hier niet gemeten: er zijn geen bedreigingen bij."
    else:
        first = f"Van de bedreigingen in onze eigen testreacties blijft {words.percent(threat)} gewoon staan ({words.counted(threat)})"
        first += f"{_answer_real(figures['counts'].get('real'))}."
    if harmless["value"] is None:
        return first, "Hoe vaak een onschuldige reactie wordt tegengehouden, is hier niet gemeten."
    second = f"Van de onschuldige reacties wordt {words.percent(harmless)} niet meteen gepubliceerd ({words.counted(harmless)})"
    criticism = own["criticism_taken"]
    if criticism["value"] is not None:
        second += f"; van de onschuldige kritiek ziet het systeem {words.percent(criticism)} aan voor een belediging, pesterij of ruzie"
        second += f" ({words.counted(criticism)})"
    return first, f"{second}."


def _answer_real(real: dict[str, Any] | None) -> str:
    published = real and real["violation_published"]
    if not published or published["value"] is None:
        return ""
    return f"; van alle overtredingen in echte reacties {words.percent(published)} ({words.counted(published)})"


def unremarkable(traits: dict[str, Any]) -> str:
    """The kinds of mistakes of which nothing stands out, and those with too few comments to look."""
    nothing = [KINDS[kind][0] for kind, found in traits.items() if found["looked_at"] and not found["found"]]
    too_few = [KINDS[kind][0] for kind, found in traits.items() if not found["looked_at"]]
    said = [
        f"{how}: {'; '.join(kinds)}."
        for how, kinds in (("Niets valt op bij", nothing), ("Te weinig reacties bij", too_few))
        if kinds
    ]
    return " ".join(said) or "Bij elke soort fout valt iets op."


def mistakes_of(judged: Judged, run: Run) -> dict[str, Mistakes]:
    """Every kind of mistake in a set; what one of two readers gave (`either`) is never one. Real comments count where we labelled them."""
    columns = {name: i for i, name in enumerate(run.taxonomy.category_ids)}
    aimed = [columns[name] for name in AIMED]
    labels, either = (_matrix(judged.rows, field, run.taxonomy.category_ids) for field in ("labels", "either"))
    signals = _matrix(judged.rows, "signals", run.taxonomy.signal_ids)
    known = np.array([not isinstance(row, dict) or "labels" in row for row in judged.rows])
    violation, harmless = known & labels.any(axis=1), known & ~labels.any(axis=1) & ~either.any(axis=1)
    published = np.array([decision.action == "publish" for decision in judged.decisions])
    highest = judged.probabilities.max(axis=1)
    threat = labels[:, columns["threat"]]
    found = judged.found
    named = np.where(found, judged.probabilities, 0).max(axis=1)
    criticism = harmless & signals[:, run.taxonomy.signal_ids.index("criticism")]
    return {
        "threat_published": Mistakes(threat, threat & published, 1 - judged.probabilities[:, columns["threat"]]),
        "violation_published": Mistakes(violation, violation & published, 1 - highest),
        "harmless_held": Mistakes(harmless, harmless & ~published, highest),
        "criticism_taken": Mistakes(
            criticism, criticism & found[:, aimed].any(axis=1), judged.probabilities[:, aimed].max(axis=1)
        ),
        "other_rule": Mistakes(
            violation & found.any(axis=1),
            violation & found.any(axis=1) & ~(found & (labels | either)).any(axis=1),
            named,
        ),
    }


def examples(run: Run, sets: Sequence[tuple[Judged, Mistakes]]) -> list[dict[str, Any]]:
    """The most confident mistakes of a kind over several sets of our own comments, each with the words that weigh, masked."""
    wrong = [
        (float(mistakes.sure[i]), judged.rows[i], judged.comments[i])
        for judged, mistakes in sets
        for i in np.flatnonzero(mistakes.wrong).tolist()
    ]
    wrong.sort(key=lambda found: (-found[0], found[1].id))
    return [_example(run, row, comment) for _, row, comment in wrong[:EXAMPLES]]


def confusions(judged: Judged, run: Run) -> list[dict[str, Any]]:
    """Most frequent first: of all comments that break rule `is`, the share not found to and found to break another, `taken_for`."""
    names = run.taxonomy.category_ids
    labels, either = (_matrix(judged.rows, field, names) for field in ("labels", "either"))
    missed, extra = labels & ~judged.found, judged.found & ~labels & ~either
    pairs = [
        (rate(int((missed[:, i] & extra[:, j]).sum()), int(labels[:, i].sum())), names[i], names[j])
        for i, j in permutations(range(len(names)), 2)
        if (missed[:, i] & extra[:, j]).any()
    ]
    pairs.sort(key=lambda pair: -pair[0].value * pair[0].n)
    return [{"is": one, "taken_for": other, "share": as_json(share)} for share, one, other in pairs[:CONFUSIONS]]


def _counts(kinds: dict[str, Mistakes]) -> dict[str, Any]:
    return {kind: as_json(rate(int(m.wrong.sum()), int(m.among.sum()))) for kind, m in kinds.items()}


def _example(run: Run, row: LabelledComment, comment: Comment) -> dict[str, Any]:
    """The text in pieces, what it answers, and in a sentence what our label says and what the system made of it."""
    decision = run.moderator.decide(comment, with_spans=True)
    names = {category.id: category.name.lower() for category in run.taxonomy.categories}
    read = ", ".join(names[name] for name in row.labels) or "geen overtreding"
    seen = ", ".join(f"{names[name]} ({_sure(decision.probabilities[name])})" for name in decision.labels) or "geen overtreding"
    allowed = run.moderator.policy.allowed
    doubt = " Twijfelgeval." if row.borderline else ""
    context = "".join(piece["text"] for piece in pieces(comment.context, (), allowed)) if comment.context else ""
    return {
        "pieces": pieces(comment.text, decision.spans, allowed),
        "context": context,
        "remark": f"Ons label: {read}. Het model las: {seen}; {DONE[decision.action]}.{doubt}",
    }


def _sure(probability: float) -> str:
    """As the served reasons put it: no model is ever 100 % sure."""
    return "meer dan 99\xa0%" if probability >= 0.995 else words.share(probability, 0)


def _matrix(rows: Sequence[Any], field: str, names: tuple[str, ...]) -> Bools:
    """Whether each name is in that field of each row; a row without the field has none; shape (n, names)."""
    values = [row.get(field, ()) if isinstance(row, dict) else getattr(row, field) for row in rows]
    return np.array([[name in value for name in names] for value in values])
