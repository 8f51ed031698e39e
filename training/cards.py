"""The model card, generated from the run that made the artefact; no figure in it is typed by hand."""

from typing import Any

from serving.moderation.taxonomy import Taxonomy
from training.export import Identity

_INTRO = """# {name} {version}

Scores Dutch comments under a municipality's posts into the Hier Niet house rules (taxonomy {taxonomy}) and three
signals. Base model: `{base_model}`, fine-tuned, int8, at most {max_length} tokens
a window; a linear model of character and word n-grams has a say in every probability beside it.

## For what, and not for what

For proposing which comments a person should look at first, and for hiding at once only where a category's precision is
certified below and the municipality's policy allows it. Not for judging people, not for private messages, not for other
languages, not for removing anything for good without a person. It makes mistakes about irony, quotation, dialect and
coded hate; who is wronged by one has a right to a person's decision.

## Trained on

{train} labelled comments, {external} of them real (see `data/DATASHEET.md`); thresholds fitted on {dev}, {external_dev} of them real, measured on {test}
others by other writers on other topics. All but the real ones are synthetic: written and labelled with a language model,
not collected from people, so the own-test figures below flatter. Figures on real comments stand apart.
"""


def model_card(identity: Identity, taxonomy: Taxonomy, metrics: dict[str, Any], thresholds: dict[str, Any]) -> str:
    """The card as Markdown; every rate with its 95 % interval and n."""
    counts = metrics["comments"]
    parts = [
        _INTRO.format(
            name=identity.name, version=identity.version, taxonomy=taxonomy.version, base_model=identity.base_model,
            max_length=identity.max_length, external=metrics["external"],
            external_dev=metrics["external_dev"], **counts,
        ),
        _real(metrics),
        _own(metrics, taxonomy),
        _adversarial(metrics),
        _actions(metrics["actions"]),
        threshold_section(thresholds, taxonomy),
        _int8(metrics["int8"]),
        _recipe(metrics),
    ]  # fmt: skip
    return "\n".join(parts)


def _real(metrics: dict[str, Any]) -> str:
    if "real" not in metrics:
        return "## On real comments\n\nNot measured in this run.\n"
    names = {
        "binary_macro_f1": "offensive or violent against the rest, macro-F1",
        "binary_auc": "the same, AUC",
        "any_macro_f1": "any violation (our labels), macro-F1",
        "mean_f1": f"mean F1 over {', '.join(metrics['real'].get('mean_f1_over', []))}",
    }
    rows = [
        f"| {text} | {_cell(metrics['real'][key])} | {_cell(metrics['real_baseline'][key])} |"
        for key, text in names.items()
        if key in metrics["real"]
    ]
    return "\n".join(["## On real comments", "", "| figure | this model | n-gram baseline |", "|---|---|---|", *rows, ""])


def _own(metrics: dict[str, Any], taxonomy: Taxonomy) -> str:
    own, base = metrics["own_test"], metrics["own_test_baseline"]
    head = [
        "## On our own test split (synthetic)",
        "",
        "| category | positives | precision | recall | F1 | baseline F1 |",
        "|---|---|---|---|---|---|",
    ]
    rows = []
    for name in taxonomy.category_ids:
        figures = own["categories"][name]
        cells = [_cell(figures[key]) for key in ("precision", "recall", "f1")] + [_cell(base["categories"][name]["f1"])]
        rows.append(f"| {name} | {figures['positives']} | {' | '.join(cells)} |")
    rows.append(f"| mean | | | | {_cell(own['mean_f1'])} | {_cell(base['mean_f1'])} |")
    rows.append(f"| any, macro-F1 | | | | {_cell(own['any_macro_f1'])} | {_cell(base['any_macro_f1'])} |")
    at = ", ".join(
        f"{precision:.0%} at {prevalence}" for prevalence, precision in own["named_precision_at"].items() if precision
    )
    rows += ["", f"Precision of naming any violation, were violations as rare as on a real channel: {at}."]
    return "\n".join([*head, *rows, ""])


def _adversarial(metrics: dict[str, Any]) -> str:
    if "adversarial" not in metrics:
        return ""
    names = {"mean_f1": "mean F1 of the categories", "any_macro_f1": "any violation, macro-F1", "any_auc": "any violation, AUC"}
    own, base = metrics["adversarial"], metrics["adversarial_baseline"]
    rows = [f"| {text} | {_cell(own[key])} | {_cell(base[key])} |" for key, text in names.items()]
    head = [
        "## On comments written to fool an earlier model (synthetic)", "",
        "Its writers saw an earlier model's answers and looked for what it gets wrong; none of them wrote anything trained on.", "",
        "| figure | this model | n-gram baseline |", "|---|---|---|",
    ]  # fmt: skip
    return "\n".join([*head, *rows, ""])


def _actions(actions: dict[str, Any]) -> str:
    rows = [f"| {name.replace('_', ' ')} | {_cell(figure)} |" for name, figure in actions.items()]
    return "\n".join(["## What the default policy does with that test split", "", "| share | value |", "|---|---|", *rows, ""])


def threshold_section(thresholds: dict[str, Any], taxonomy: Taxonomy) -> str:
    """What was fitted and certified, as Markdown."""
    options = thresholds["options"]
    head = [
        "## Thresholds", "",
        f"Fitted on {options['n']} held-out comments. Auto-hide is certified where precision is at least "
        f"{options['precision']:.0%} with {options['confidence']:.0%} confidence (Learn-then-Test) on {options['certified_on']} of them, "
        f"which the probabilities were not fitted on and of which {options['violations_there']:.1%} break a rule. Review: meant for "
        f"{options['review_budget']:.0%} of the harmless held-out comments, in fact {options['harmless_reviewed']:.1%}.", "",
        *_together(thresholds),
        "| category | named from | review from | auto-hide from | hides (wrong) | right hides missing |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    rows = []
    for name in taxonomy.category_ids:
        row = thresholds[name]
        hide = "off" if row["auto_hide"] is None else f"{row['auto_hide']:.3f}"
        cells = [
            name,
            f"{row['decision']:.2f}",
            f"{row['review']:.3f}",
            hide,
            f"{row['hides']} ({row['wrong']})",
            row["missing"],
        ]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join([*head, *rows, ""])


def _together(thresholds: dict[str, Any]) -> list[str]:
    """Of an artefact that has a threshold for any violation, a paragraph about it."""
    if "any_violation" not in thresholds:
        return []
    threshold = thresholds["any_violation"]["review"]
    return [f"A person also looks first where the probability that any rule is broken reaches {threshold:.3f}.", ""]


def _int8(int8: dict[str, Any]) -> str:
    f1, full = ("–" if int8[name] is None else f"{int8[name]:.4f}" for name in ("mean_f1", "fp32_mean_f1"))
    return (
        f"## int8 against fp32\n\nOn the {int8['n']} comments of the own test split the served int8 network reaches a mean F1 of {f1}, the fp32 "
        f"network it was made of {full}, each with the same n-grams, calibration and thresholds. Their probabilities differ by {int8['mean']:.4f} on "
        f"average and {int8['largest']:.3f} at most; {int8['flips']:.2%} of the labels are given by one and not by the other.\n"
    )


def _recipe(metrics: dict[str, Any]) -> str:
    """The knobs of fine-tuning, where the artefact kept them."""
    if "recipe" not in metrics:
        return ""
    return "## Recipe\n\n" + "\n".join(f"- {name}: {value}" for name, value in metrics["recipe"].items()) + "\n"


def _cell(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return f"–, n={figure['n']}"
    return f"{figure['value']:.3f} [{figure['low']:.3f}–{figure['high']:.3f}], n={figure['n']}"
