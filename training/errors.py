"""What training raises on purpose: one sentence that says what to mend."""

from collections.abc import Mapping


class TrainingError(Exception):
    """Training can't go on as asked."""


class BaseModelError(TrainingError):
    """A base model can't be used."""

    def __init__(self, base_model: str, what: str) -> None:
        super().__init__(
            f"--base-model {base_model}: {what}; give a local folder with config.json, weights and tokenizer.json, or a hub "
            "id that this machine can reach"
        )


def refuse_out_of_range(options: object, checks: Mapping[str, bool]) -> None:
    """Raise a TrainingError for the first option that fails its check; `checks` says by field name whether it holds."""
    for name, holds in checks.items():
        if not holds:
            raise TrainingError(f"--{name.replace('_', '-')} {getattr(options, name)}: is out of range, see --help")
