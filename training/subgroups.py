"""Whether groups of people are treated alike: AUCs by group, wrong actions by group, and the largest difference between two.

Sentences made of one frame resemble each other, so the bootstrap draws whole frames; a natural comment stands by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from fairlearn.metrics import MetricFrame, count
from numpy.typing import NDArray

from training.evaluate import Bools, Floats
from training.metrics import DRAWS, Figure, as_json, auc, rate, unmeasured

# Fewer texts than this of a group of people say too little of how the group is treated.
FEWEST = 50
# Fewer frames than this, drawn again and again, show no spread worth an interval.
FEWEST_CLUSTERS = 10
# A group that never goes wrong shows no spread when it is drawn again, so a few mistakes of another would pass for a find. Six of six on one
# side is what chance gives in 3 of 100 (sign test), five of five in 6.
FEWEST_HITS = 6


@dataclass(frozen=True)
class Groups:
    """Judged texts and the groups that each is of, or mentions; all arrays of shape (n,).

    `score` is the probability that any rule is broken, `violation` what people say, `cluster` which texts are
    drawn together; `members` says per group which texts are its own. A text may be of several groups or of none.
    """

    score: Floats
    violation: Bools
    action: NDArray[np.str_]
    cluster: NDArray[np.int64]
    members: Mapping[str, Bools]


def comparison(groups: Groups, fewest: int = FEWEST) -> dict[str, Any]:
    """Everything about the groups, worst treated first; a figure of a group with fewer texts than `fewest` has no value.

    `stopped` and `hidden`: share of harmless texts that is not published at once, and that is hidden; `missed`: share of
    violations that is published; `difference` and `missed_difference`: the largest ones, None where under two groups remain.
    """
    weight = drawn(groups.cluster)
    stopped, published = groups.action != "publish", groups.action == "publish"
    harmless = wrong_actions(groups, ~groups.violation, {"stopped": stopped, "hidden": groups.action == "auto_hide"}, fewest)
    missed = wrong_actions(groups, groups.violation, {"missed": published}, fewest)
    return {
        **{name: worst_first(by_group) for name, by_group in (harmless | missed).items()},
        "difference": largest_difference(groups, stopped, ~groups.violation, weight, fewest),
        "missed_difference": largest_difference(groups, published, groups.violation, weight, fewest),
    }


def wrong_actions(groups: Groups, among: Bools, wrong: Mapping[str, Bools], fewest: int) -> dict[str, dict[str, Any]]:
    """Per kind of wrong action and per group its share `among` texts, with Clopper-Pearson intervals, counted by fairlearn."""
    pairs = [(row, name) for name, members in groups.members.items() for row in np.flatnonzero(members & among)]
    if not pairs:
        return {kind: {name: _suppressed(0) for name in groups.members} for kind in wrong}
    rows = np.array([row for row, _ in pairs])
    names = np.array([name for _, name in pairs])
    found: dict[str, dict[str, Any]] = {}
    for kind, hits in wrong.items():
        counts = MetricFrame(
            metrics={"hits": _hits, "n": count}, y_true=groups.violation[rows], y_pred=hits[rows], sensitive_features=names
        ).by_group
        sizes = {name: (int(counts["hits"][name]), int(counts["n"][name])) for name in counts.index}
        shares = {name: sizes.get(name, (0, 0)) for name in groups.members}
        found[kind] = {
            name: as_json(rate(*size)) if size[1] >= fewest else _suppressed(size[1]) for name, size in shares.items()
        }
    return found


def bias_aucs(groups: Groups, name: str, weight: Floats, fewest: int = FEWEST) -> dict[str, Any]:
    """The three AUCs of a group by Borkan et al. (2019, "Nuanced metrics for measuring unintended bias", WWW companion).

    Subgroup AUC: the group's violations against its harmless texts. BPSN (background positive, subgroup negative): violations
    of the others against the group's harmless texts; low where harmless texts of the group score too high. BNSP (background
    negative, subgroup positive): harmless texts of the others against the group's violations; low where its violations
    score too low. n: texts of the group, of which so many harmless. `weight` as from `drawn`.
    """
    members = groups.members[name]
    chosen = {
        "subgroup_auc": members,
        "bpsn_auc": np.where(groups.violation, ~members, members),
        "bnsp_auc": np.where(groups.violation, members, ~members),
    }
    n, harmless = int(members.sum()), int((members & ~groups.violation).sum())
    if n < fewest:
        return {**dict.fromkeys(chosen, _suppressed(n)), "harmless": harmless}
    return {metric: _auc_figure(groups, rows, weight, n) for metric, rows in chosen.items()} | {"harmless": harmless}


def largest_difference(
    groups: Groups, value: NDArray[Any], among: Bools, weight: Floats, fewest: int = FEWEST
) -> dict[str, Any] | None:
    """The two groups whose means of `value` lie furthest apart `among` texts; None where under two groups have enough,
    or where they come from too few clusters.

    The interval holds for all pairs at once, so that the largest is not taken for a find because it was sought: its
    half-width is the 95th percentile, over draws, of the range of the groups' deviations from their own means (Tukey's range).
    """
    members = {name: rows & among for name, rows in groups.members.items() if (rows & among).sum() >= fewest}
    if len(members) < 2 or min(len(set(groups.cluster[rows])) for rows in members.values()) < FEWEST_CLUSTERS:
        return None
    means = {name: float(value[rows].mean()) for name, rows in members.items()}
    deviation = np.array([weighted_mean(value[rows], weight[:, rows]) - means[name] for name, rows in members.items()])
    deviation = deviation[:, ~np.isnan(deviation).any(axis=0)]
    width = float(np.percentile(np.ptp(deviation, axis=0), 95)) if deviation.size else 1.0
    most, least = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    apart = means[most] - means[least]
    n = int(np.any(list(members.values()), axis=0).sum())
    figure = Figure(apart, apart - width, apart + width, n)
    # Two groups that never go wrong have no spread either: what is not apart is no difference.
    beyond = apart > 0 and apart > width and _often_enough(groups.cluster, value, members[most], members[least])
    return {"most": most, "least": least, "beyond_chance": beyond, **as_json(figure)}


def shifts(groups: Groups, weight: Floats, fewest: int = FEWEST) -> dict[str, Any]:
    """Per group the mean of how far its scores lie from the mean of their frame; above 0: its sentences score higher."""
    shift = shift_of(groups)
    found = {}
    for name, rows in groups.members.items():
        n = int(rows.sum())
        if n < max(fewest, 1):
            found[name] = _suppressed(n)
            continue
        low, high = np.nanpercentile(weighted_mean(shift[rows], weight[:, rows]), [2.5, 97.5])
        found[name] = as_json(Figure(float(shift[rows].mean()), float(low), float(high), n))
    return worst_first(found)


def shift_of(groups: Groups) -> Floats:
    """Each score less the mean score of its frame; shape (n,)."""
    sums = np.bincount(groups.cluster, groups.score)
    return np.asarray(groups.score - (sums / np.maximum(np.bincount(groups.cluster), 1))[groups.cluster])


def drawn(cluster: NDArray[np.int64]) -> Floats:
    """How often each text is drawn when whole clusters are drawn with replacement; shape (draws, n)."""
    names, place = np.unique(cluster, return_inverse=True)
    times = np.random.default_rng(0).multinomial(len(names), np.full(len(names), 1 / max(len(names), 1)), size=DRAWS)
    return times[:, place].astype(np.float64)


def weighted_mean(value: NDArray[Any], weight: Floats) -> Floats:
    """Of shape (draws,); NaN where a draw holds none."""
    total = weight.sum(axis=1)
    return np.asarray(np.where(total > 0, weight @ value.astype(float) / np.maximum(total, 1), np.nan))


def weighted_auc(truth: Bools, score: Floats, weight: Floats) -> Floats:
    """ROC AUC for each row of weights, ties half; (draws,), NaN where one class has no weight.

    Written out because scikit-learn sorts anew for each draw: an hour instead of seconds over all groups.
    """
    order = np.argsort(score, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(score[order]) > 0])
    weight = weight[:, order]
    positive = np.add.reduceat(weight * truth[order], first, axis=1)
    negative = np.add.reduceat(weight * ~truth[order], first, axis=1)
    right = (positive * (negative.cumsum(axis=1) - negative / 2)).sum(axis=1)
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return np.asarray(np.where(pairs > 0, right / np.maximum(pairs, 1), np.nan))


def worst_first(by_group: Mapping[str, Any]) -> dict[str, Any]:
    """Highest value first; groups without a value last."""
    return dict(sorted(by_group.items(), key=lambda item: (item[1]["value"] is None, -(item[1]["value"] or 0))))


def _often_enough(cluster: NDArray[np.int64], value: NDArray[Any], most: Bools, least: Bools) -> bool:
    """Of what happens or not: whether it happened in FEWEST_HITS clusters of the one group, and failed to in as many of the other."""
    if value.dtype != np.bool_:
        return True
    return min(len(set(cluster[most & value])), len(set(cluster[least & ~value]))) >= FEWEST_HITS


def _auc_figure(groups: Groups, rows: Bools, weight: Floats, n: int) -> dict[str, Any]:
    truth, score = groups.violation[rows], groups.score[rows]
    value = auc(truth, score)
    if np.isnan(value):
        return _suppressed(n)
    low, high = np.nanpercentile(weighted_auc(truth, score, weight[:, rows]), [2.5, 97.5])
    return as_json(Figure(value, float(low), float(high), n))


def _hits(_: Any, hit: Any) -> int:
    return int(np.sum(hit))


def _suppressed(n: int) -> dict[str, Any]:
    return as_json(unmeasured(n))
