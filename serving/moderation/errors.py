"""The one exception tree of the core: everything it raises on purpose is a ModerationError."""


class ModerationError(Exception):
    """Something the caller or the operator can mend; the message says what is wrong and how."""


class TaxonomyError(ModerationError):
    """The taxonomy file can't be used."""


class ArtefactError(ModerationError):
    """The artefact folder is damaged or does not fit the taxonomy."""


class PolicyError(ModerationError):
    """The policy file can't be used with this taxonomy and this artefact."""


class CommentError(ModerationError):
    """A submitted comment can't be judged.

    `code` is for programs; `field` is the field at fault, or "" for the comment as a whole.
    The message never repeats the comment's text, since messages reach logs.
    """

    def __init__(self, code: str, field: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.field = field
        self.detail = detail
