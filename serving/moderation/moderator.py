"""The one decision path: taxonomy, artefact and policy put together, used by the service, the offline scorer,
the evaluation and the notebooks alike."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from serving.moderation.artefact import Artefact, read_artefact
from serving.moderation.classifier import Classifier, Scored
from serving.moderation.comment import Comment, parse_comment
from serving.moderation.decision import Decision, Span, decide, reviewed_categories
from serving.moderation.detectors import detect
from serving.moderation.errors import CommentError
from serving.moderation.explanation import explain
from serving.moderation.policy import Policy, read_policy
from serving.moderation.taxonomy import Taxonomy, read_taxonomy


class Moderator:
    """Decides on comments, by its own policy unless another is given. Thread-safe."""

    def __init__(self, taxonomy: Taxonomy, artefact: Artefact, policy: Policy) -> None:
        self.taxonomy = taxonomy
        self.artefact = artefact
        self.policy = policy
        self._classifier = Classifier(artefact)

    def decide(self, comment: Comment, policy: Policy | None = None, with_spans: bool = False) -> Decision:
        """The decision on a comment; with spans, the words that weigh most where a category is to be reviewed."""
        return self.decide_all([comment], policy, with_spans)[0]

    def decide_all(self, comments: Sequence[Comment], policy: Policy | None = None, with_spans: bool = False) -> list[Decision]:
        """`decide` on several comments, in order; a tenth faster than one by one."""
        policy = policy or self.policy
        finds = [detect(comment.text, policy.allowed) for comment in comments]
        scored = self._classifier.score_all([(comment.text, comment.context) for comment in comments])
        return [
            decide(
                comment,
                its,
                policy,
                self.taxonomy,
                self.artefact.id,
                self._spans(comment, its, policy) if with_spans else (),
                found,
            )
            for comment, its, found in zip(comments, scored, finds, strict=True)
        ]

    def answer(self, raw: Any, pointer: str, policy: Policy | None = None, with_spans: bool = False) -> dict[str, Any]:
        """The decision on one decoded JSON value as a record, or an error record in its place."""
        try:
            return self.decide(parse_comment(raw), policy, with_spans).as_record()
        except CommentError as error:
            return error_record(raw, error, pointer)

    def _spans(self, comment: Comment, scored: Scored, policy: Policy) -> tuple[Span, ...]:
        thresholds = {name: policy.rules[name].review for name in reviewed_categories(scored, policy)}
        return explain(comment.text, lambda text: self._classifier.score(text, comment.context).probabilities, thresholds)


def load_moderator(taxonomy_path: Path, artefact_path: Path, policy_path: Path) -> Moderator:
    """Read and check everything that a decision needs.

    Raises:
        ModerationError: naming the file at fault, what is wrong and how to mend it.
    """
    taxonomy = read_taxonomy(taxonomy_path)
    artefact = read_artefact(artefact_path, taxonomy)
    return Moderator(taxonomy, artefact, read_policy(policy_path, taxonomy, artefact))


def error_record(raw: Any, error: CommentError, pointer: str) -> dict[str, Any]:
    """What stands in the place of a comment that can't be judged; `pointer` is the comment's own (RFC 6901)."""
    comment_id = raw.get("id") if isinstance(raw, dict) else None
    return {
        "id": _encodable(comment_id) if isinstance(comment_id, str) else None,
        "errors": [api_error(422, error.code, error.detail, pointer + pointer_token(error.field))],
    }


def api_error(status: int, code: str, detail: str, pointer: str = "") -> dict[str, str]:
    """One error in the shape that every part of the API uses (after JSON:API's error objects)."""
    title = code.replace("_", " ").capitalize()
    return {"status": str(status), "code": code, "title": title, "detail": detail, "pointer": pointer}


def pointer_token(field: str) -> str:
    """A field's name as one step of a JSON pointer (RFC 6901); nothing for no field."""
    return "/" + _encodable(field).replace("~", "~0").replace("/", "~1") if field else ""


def _encodable(text: str) -> str:
    """What a caller sent, made fit to be sent back: half a surrogate pair can't be encoded."""
    return text.encode("utf8", "replace").decode("utf8")
