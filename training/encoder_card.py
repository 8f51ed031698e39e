"""The card of the pre-trained encoder: what it read, under which licences, and how its loss fell. Generated from the run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from training.corpora import Corpus

_INTRO = """# A small Dutch encoder

Made for fine-tuning on comments, not for use as it is. The body of `{base_model}` under a Dutch vocabulary of {vocabulary} tokens
({translated} of them started from their English translation in `data/vocabulary/nl-en.tsv`, {kept} kept the embedding of the same string, {cut}
got the mean of its pieces), trained further by masked-language modelling on {tokens:.1f} million tokens. Weights in half precision.

What it read was written by people and can be hostile, partisan or wrong, and so can what it learnt. Uncased, without accents.
"""


def encoder_card(
    base_model: str,
    corpora: Sequence[Corpus],
    sizes: Mapping[str, int],
    started: Mapping[str, int],
    losses: Sequence[Mapping[str, Any]],
    options: Mapping[str, Any],
) -> str:
    """As Markdown. `sizes` are tokens a corpus, `started` how tokens got their first embedding, `losses` in order of time."""
    share = _shares(corpora, sizes, options["decay_share"])
    tokens = losses[-1]["tokens"] / 1e6
    rows = [
        f"| {c.name} | {c.weight:g} | {c.decay_weight:g} | {sizes[c.name] / 1e6:.2f} | {share[c.name]:.1%} | {c.register} | {c.source} | {c.licence} |"
        for c in corpora
    ]
    curve = [f"| {row['tokens'] / 1e6:.2f} | {row['loss']:.3f} | {row['loss_on_comments']:.3f} |" for row in losses]
    parts = [
        _INTRO.format(base_model=base_model, vocabulary=sum(started.values()), tokens=tokens, **started),
        "## What it read", "",
        "None of these texts is in the repository, but the project's own comments; where no licence is stated, they are read and not passed on.",
        "User names and links were masked.", "",
        "| text | weight | at the end | million tokens | share of what was read | register | source | licence |", "|---|---|---|---|---|---|---|---|",
        *rows, "",
        "## Loss on held-out text", "",
        "15 % of the tokens masked; the last fiftieth of every text, at most 40,000 tokens, is held out. Comments: the project's own and those of one video channel.", "",
        "| million tokens read | all texts | comments |", "|---|---|---|", *curve, "",
        "## Recipe", "", *(f"- {name}: {value}" for name, value in options.items()), "",
    ]  # fmt: skip
    return "\n".join(parts)


def former_card(base_model: str) -> str:
    """The card of the encoder that a run went on from, to stand below its own; nothing where it has none."""
    path = Path(base_model) / "MODEL_CARD.md"
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf8").splitlines()
    return "\n".join(
        ["", "## The encoder it went on from", "", *(f"##{line}" if line.startswith("#") else line for line in lines), ""]
    )


def _shares(corpora: Sequence[Corpus], sizes: Mapping[str, int], decay_share: float) -> dict[str, float]:
    """What part of what was read each text is, 0 to 1: by its weight, and in the decay by its weight there."""
    plateau = {c.name: sizes[c.name] * c.weight for c in corpora}
    decay = {c.name: sizes[c.name] * c.decay_weight for c in corpora}
    return {
        name: (1 - decay_share) * plateau[name] / sum(plateau.values()) + decay_share * decay[name] / sum(decay.values())
        for name in plateau
    }
