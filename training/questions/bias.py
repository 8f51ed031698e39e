"""Does the model treat everyone alike? On frames in which only the group changes, and on comments that mention groups.

On the frames the rates count every sentence; what two groups differ by is drawn by whole frames (`training.subgroups`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision
from training.augment import WORD_SETS, read_word_sets
from training.bias import FRAMES, KINDS, BiasRow, Kind, counterfactual_gaps, read_bias
from training.evaluate import OFFENSIVE, Bools, any_violation, probabilities_of
from training.mentions import group_names, in_place_of, mentioned, party_names, read_mentions
from training.metrics import as_json, bootstrap, macro_f1, rate
from training.report.fairness import groups_sentence, parties_sentence, real_sentence
from training.run import Judged, Run
from training.subgroups import (
    FEWEST,
    Groups,
    bias_aucs,
    comparison,
    drawn,
    largest_difference,
    shift_of,
    shifts,
    wrong_actions,
)

# So many of the seventy groups are shown by name.
WORST = 10
# Same sentences for each party: what differs is the party alone, so fewer sentences say enough; parties are no group of people.
FEWEST_SENTENCES = 1
DIALECTS = ("west_vlaams", "oost_vlaams", "antwerps", "limburgs")


def figures(run: Run) -> dict[str, Any]:
    """Figures on the frames by kind, on comments that mention groups, and by register."""
    rows = thinned(read_bias(FRAMES, run.taxonomy), run.options.every)
    judged = run.judge(rows, [Comment(f"{row.frame}-{row.value}", row.text) for row in rows])
    by_kind = {kind: _of_kind(judged, kind) for kind in KINDS}
    return {
        "sentences": len(rows),
        "gaps": gaps(rows, judged.decisions),
        "identity": _identity(*by_kind["identity"]),
        "party": _same_sentence(grouped(*by_kind["party"]), FEWEST_SENTENCES),
        "name": _same_sentence(grouped(*by_kind["name"]), FEWEST),
        "dialect": _same_sentence(_varieties(*by_kind["dialect"]), FEWEST),
        "register": by_register(run),
        "mentions": {"own": mentions(_own_groups(run)), "real": mentions(_real_groups(run)) if run.real else None},
        "swapped_parties": swapped_parties(run, [row["text"] for row in run.real.rows]) if run.real else None,
    }


def thinned(rows: Sequence[BiasRow], every: int) -> list[BiasRow]:
    """Every k-th frame of each kind, harmless and violating frames apart, so that a quick run has both."""
    frames: dict[tuple[Kind, bool], dict[str, None]] = {}
    for row in rows:
        frames.setdefault((row.kind, bool(row.labels)), {})[row.frame] = None
    kept = {frame for of_kind in frames.values() for frame in list(of_kind)[::every]}
    return [row for row in rows if row.frame in kept]


def grouped(rows: Sequence[BiasRow], decisions: Sequence[Decision], by: str = "group") -> Groups:
    """Sentences by what they are compared by: `group` (criterion, party, origin, variety) or `value` (what was put in)."""
    names: list[str] = [getattr(row, by) for row in rows]
    places = {frame: place for place, frame in enumerate(dict.fromkeys(row.frame for row in rows))}
    return Groups(
        score=any_violation(probabilities_of(decisions)),
        violation=np.array([bool(row.labels) for row in rows]),
        action=np.array([decision.action for decision in decisions]),
        cluster=np.array([places[row.frame] for row in rows]),
        members={name: np.array([other == name for other in names]) for name in dict.fromkeys(names)},
    )


def gaps(rows: Sequence[BiasRow], decisions: Sequence[Decision]) -> dict[str, Any]:
    """Per kind what `training.bias` measures, flips with their interval, and the sentence that strays furthest.

    The text of a sentence that breaks a rule is not among the figures: None.
    """
    found: dict[str, Any] = {}
    for kind, measured in counterfactual_gaps(rows, decisions).items():
        of_kind = [(row, decision) for row, decision in zip(rows, decisions, strict=True) if row.kind == kind]
        furthest, shift = _furthest(
            grouped([row for row, _ in of_kind], [d for _, d in of_kind]).cluster, [d for _, d in of_kind]
        )
        row = of_kind[furthest][0]
        found[kind] = {
            "n": measured["n"],
            "frames": measured["frames"],
            "mean_gap": measured["mean_gap"],
            "worst_gap": measured["worst_gap"],
            "flips": as_json(rate(round(measured["flips"] * measured["n"]), measured["n"])),
            "worst": {
                "frame": row.frame,
                "put_in": row.value,
                "shift": round(shift, 4),
                "text": None if row.labels else row.text,
            },
        }
    return found


def by_register(run: Run) -> dict[str, Any]:
    """On own test comments, per register: whether any rule is broken (macro-F1), harmless stopped, violations published."""
    own = run.own
    broken = np.array([bool(row.labels) for row in own.rows])
    # A label that one of two readers gave counts as right both ways, as everywhere.
    either = [bool(set(row.either) & set(decision.labels)) for row, decision in zip(own.rows, own.decisions, strict=True)]
    truth: Bools = broken | np.array(either)
    found: Bools = np.any(own.found, axis=1)
    registers = sorted({row.register for row in own.rows})
    groups = _natural(own.decisions, broken, {name: np.array([row.register == name for row in own.rows]) for name in registers})
    clear: Bools = np.array([bool(row.labels) or not row.either for row in own.rows])
    scores = {name: as_json(bootstrap(macro_f1, truth[members], found[members])) for name, members in groups.members.items()}
    few = {name: score | {"value": None} for name, score in scores.items() if groups.members[name].sum() < FEWEST}
    return {"any_macro_f1": dict(sorted((scores | few).items(), key=_lowest_first))} | comparison(_only(groups, clear))


def mentions(groups: Groups) -> dict[str, Any]:
    """Natural comments by the groups that they mention."""
    weight = drawn(groups.cluster)
    aucs = {name: bias_aucs(groups, name, weight) for name in groups.members}
    return {"n": len(groups.score), "aucs": _lowest_bpsn_first(aucs)} | comparison(groups)


def swapped_parties(run: Run, texts: Sequence[str]) -> dict[str, Any] | None:
    """Comments that mention a party, read with each Flemish party of the frames in its place; None where there are none.

    What people say of the comment with another party is not known, so every one of them counts: `reviewed` is the share that
    is not published, whatever the comment deserves; what may not differ is that share from party to party.
    """
    names = {name: party for party, name in party_names(FRAMES).items()}
    sets = [words for words in read_word_sets(WORD_SETS) if words.name in ("parties_flemish", "parties_dutch")]
    swapped = list(dict.fromkeys(found for words in sets for found in in_place_of(texts, words, list(names))))
    if not swapped:
        return None
    rows = [BiasRow("party", str(row), names[name], names[name], text, ()) for row, name, text in swapped]
    judged = run.judge(rows, [Comment(f"{row.frame}-{row.value}-{i}", row.text) for i, row in enumerate(rows)])
    groups = grouped(rows, judged.decisions)
    weight = drawn(groups.cluster)
    everyone = np.ones(len(rows), bool)
    stopped = groups.action != "publish"
    return {
        "comments": len(set(groups.cluster)),
        "shift": shifts(groups, weight, FEWEST_SENTENCES),
        **wrong_actions(groups, everyone, {"reviewed": stopped}, FEWEST_SENTENCES),
        "difference": largest_difference(groups, stopped, everyone, weight, FEWEST_SENTENCES),
        "shift_difference": largest_difference(groups, shift_of(groups), everyone, weight, FEWEST_SENTENCES),
    }


def _furthest(cluster: NDArray[np.int64], decisions: Sequence[Decision]) -> tuple[int, float]:
    """The sentence of which a probability of one category strays furthest from its frame's mean, and by how much."""
    probability = probabilities_of(decisions)
    means = np.array([probability[cluster == frame].mean(axis=0) for frame in range(cluster.max() + 1)])
    shift = probability - means[cluster]
    row, category = np.unravel_index(np.abs(shift).argmax(), shift.shape)
    return int(row), float(shift[row, category])


def _identity(rows: Sequence[BiasRow], decisions: Sequence[Decision]) -> dict[str, Any]:
    """By criterion; and the groups within, of which the harmless sentences are most often taken for violations."""
    groups, values = grouped(rows, decisions), grouped(rows, decisions, "value")
    weight = drawn(groups.cluster)
    aucs = {name: bias_aucs(groups, name, weight) for name in groups.members}
    of_values = {name: bias_aucs(values, name, weight) for name in values.members}
    return {
        "aucs": _lowest_bpsn_first(aucs),
        "values": len(of_values),
        "names": group_names(FRAMES),
        "worst_values": dict(list(_lowest_bpsn_first(of_values).items())[:WORST]),
        **_same_sentence(groups, FEWEST),
    }


def _same_sentence(groups: Groups, fewest: int) -> dict[str, Any]:
    """Frames: how groups compare, and how far their probabilities lie from their frames'; `frames` harmless ones."""
    weight = drawn(groups.cluster)
    return {
        "frames": len(set(groups.cluster[~groups.violation])),
        "shift": shifts(groups, weight, fewest),
        "shift_difference": largest_difference(groups, shift_of(groups), np.ones_like(groups.violation), weight, fewest),
        **comparison(groups, fewest),
    }


def _varieties(rows: Sequence[BiasRow], decisions: Sequence[Decision]) -> Groups:
    """The four dialects as one more group: each variety by itself has too few sentences."""
    groups = grouped(rows, decisions)
    together: Bools = np.any([groups.members[name] for name in DIALECTS], axis=0)
    return replace(groups, members={"streektaal": together} | dict(groups.members))


def _of_kind(judged: Judged, kind: Kind) -> tuple[list[BiasRow], list[Decision]]:
    chosen = [(row, decision) for row, decision in zip(judged.rows, judged.decisions, strict=True) if row.kind == kind]
    return [row for row, _ in chosen], [decision for _, decision in chosen]


def _own_groups(run: Run) -> Groups:
    """The own test and adversarial comments of which readers agree whether any rule is broken."""
    rows = [*run.own.rows, *run.adversarial.rows]
    decisions = [*run.own.decisions, *run.adversarial.decisions]
    clear = [bool(row.labels) or not row.either for row in rows]
    return _mentioning([row.text for row in rows], np.array([bool(row.labels) for row in rows]), decisions, np.array(clear))


def _real_groups(run: Run) -> Groups:
    """Real comments; a violation is what IMSyPP calls offensive or violent."""
    real = run.real
    assert real is not None
    offensive = np.array([row["imsypp_type"] in OFFENSIVE for row in real.rows])
    return _mentioning([row["text"] for row in real.rows], offensive, real.decisions, np.ones(len(real.rows), bool))


def _mentioning(texts: Sequence[str], violation: Bools, decisions: Sequence[Decision], clear: Bools) -> Groups:
    patterns = read_mentions(read_word_sets(WORD_SETS), FRAMES)
    return _only(_natural(decisions, violation, mentioned(texts, patterns)), clear)


def _natural(decisions: Sequence[Decision], violation: Bools, members: Mapping[str, Bools]) -> Groups:
    score = any_violation(probabilities_of(decisions))
    action = np.array([decision.action for decision in decisions])
    return Groups(score, violation, action, np.arange(len(decisions)), members)


def _only(groups: Groups, keep: Bools) -> Groups:
    members = {name: rows[keep] for name, rows in groups.members.items()}
    return Groups(groups.score[keep], groups.violation[keep], groups.action[keep], groups.cluster[keep], members)


def _lowest_bpsn_first(aucs: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(aucs.items(), key=lambda item: _lowest_first((item[0], item[1]["bpsn_auc"]))))


def _lowest_first(item: tuple[str, Mapping[str, Any]]) -> tuple[bool, float]:
    return item[1]["value"] is None, item[1]["value"] or 0


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    return f"{groups_sentence(figures)}{real_sentence(figures['mentions']['real'])}", parties_sentence(figures)
