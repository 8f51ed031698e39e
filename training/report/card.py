"""The model card of a run: the artefact's own, with what was measured now in the place of what its training run measured."""

from typing import Any

from training.cards import model_card
from training.export import Identity
from training.files import read_json
from training.run import Run


def card_of(run: Run, figures: dict[str, Any]) -> str:
    """Markdown; `figures` as `training.questions.measured` gives them, so that no page can tell another figure."""
    accuracy, artefact = figures["nauwkeurigheid"], run.moderator.artefact
    metrics = {name: found for name, found in artefact.metrics.items() if name not in ("real", "adversarial")}
    metrics |= {"own_test": accuracy["own"], "actions": figures["drempels"]["own"]["actions"]}
    metrics |= {name: accuracy[name] for name in ("real", "adversarial") if accuracy.get(name)}
    identity = Identity(artefact.name, artefact.version, artefact.base_model, artefact.max_length)
    return model_card(identity, run.taxonomy, metrics, read_json(artefact.path / "thresholds.json"))
