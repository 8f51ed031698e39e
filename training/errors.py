"""What training raises on purpose: one sentence that says what to mend."""


class TrainingError(Exception):
    """Training can't go on as asked."""


class BaseModelError(TrainingError):
    """A base model can't be used."""

    def __init__(self, base_model: str, what: str) -> None:
        super().__init__(
            f"--base-model {base_model}: {what}; give a local folder with config.json, weights and tokenizer.json, or a hub "
            "id that this machine can reach"
        )
