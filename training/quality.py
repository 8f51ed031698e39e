"""Quality control of the labelled comments: counts, near-copies, diversity, agreement; fails on a breach of a floor.

    python -m training.quality --data data/comments --second data/audit/second_reading.jsonl \
        --settled data/audit/settled.jsonl [--real comments.jsonl]

Prints one JSON report. Leaks between splits and broken records are refused by `training.labels` before anything is counted.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from datasketch import MinHash, MinHashLSH
from sklearn.metrics import cohen_kappa_score

from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.moderation.text import normalise
from serving.settings import TAXONOMY
from training.augment import WORD_SETS, WordSet, read_word_sets
from training.errors import TrainingError
from training.evaluate import read_real
from training.floors import breaches, read_floors
from training.labels import LabelError, LabelledComment, read_splits
from training.suspects import find_suspects, open_suspects, read_settled

# Two comments are near-copies from this share of common five-character shingles (estimated by MinHash) on.
NEAR = 0.7
SHINGLE = 5
PERMUTATIONS = 128
# Below this, two comments share most shingles by being short ("niet akkoord"), not by being copied.
SHORTEST = 25
# Distinct n-grams depend on how much text there is, so sets are compared on as many words.
DIVERSITY_WORDS = 20_000


def report(splits: dict[str, list[LabelledComment]], second: dict[str, list[str]], taxonomy: Taxonomy) -> dict[str, Any]:
    """Every figure that the floors look at, and the tables behind them."""
    comments = [comment for split in splits.values() for comment in split]
    # A label that one of two readers gave counts as a category's too: the comment is of its kind.
    given = [{*comment.labels, *comment.either} for comment in comments]
    categories = Counter(label for labels in given for label in labels)
    copies = list(near_copies(comments))
    kappas = agreement(comments, second, taxonomy)
    return {
        "comments": len(comments),
        **{split: len(members) for split, members in splits.items()},
        "without_label_share": sum(not labels for labels in given) / len(comments),
        "smallest_category": min(categories[name] for name in taxonomy.category_ids),
        "multi_label": sum(len(labels) > 1 for labels in given),
        "borderline_share": sum(comment.borderline for comment in comments) / len(comments),
        "context_share": sum(comment.context is not None for comment in comments) / len(comments),
        "minimal_pairs": len({comment.pair for comment in comments if comment.pair}),
        "near_copy_share": len(copies) / len(comments),
        "lowest_kappa": min(kappas.values()),
        "categories": dict(categories),
        "signals": dict(Counter(signal for comment in comments for signal in comment.signals)),
        "kappa": kappas,
        "near_copies": copies,
        "words": lengths(comments),
        "diversity": diversity([comment.text for comment in comments]),
        "labelled_share_by_register": shares(comments, "register"),
        "labelled_share_by_topic": shares(comments, "topic"),
        "labelled_share_by_mention": shares_by_mention(comments, read_word_sets(WORD_SETS)),
    }


def near_copies(comments: Sequence[LabelledComment]) -> Iterator[tuple[str, str]]:
    """Pairs of ids of comments that are near-copies, across all splits; minimal pairs are meant to be alike."""
    index = MinHashLSH(threshold=NEAR, num_perm=PERMUTATIONS)
    hashes: dict[str, MinHash] = {}
    pairs = {comment.id: comment.pair for comment in comments}
    for comment in comments:
        text = normalise(comment.text).casefold()
        if len(text) < SHORTEST:
            continue
        found = minhash(text)
        for other in index.query(found):
            if found.jaccard(hashes[other]) >= NEAR and not (comment.pair and pairs[other] == comment.pair):
                yield other, comment.id
        index.insert(comment.id, found)
        hashes[comment.id] = found


def minhash(text: str) -> MinHash:
    found = MinHash(num_perm=PERMUTATIONS)
    found.update_batch([text[i : i + SHINGLE].encode("utf8") for i in range(len(text) - SHINGLE + 1)])
    return found


def agreement(comments: Sequence[LabelledComment], second: dict[str, list[str]], taxonomy: Taxonomy) -> dict[str, float]:
    """Cohen's kappa of writer and blind second reader per category, over the comments that both labelled."""
    writer, reader = both_readings(comments, second)
    kappas = {name: kappa([name in w for w in writer], [name in r for r in reader]) for name in taxonomy.category_ids}
    return kappas | {"any": kappa([bool(w) for w in writer], [bool(r) for r in reader])}


def both_readings(comments: Sequence[LabelledComment], second: dict[str, list[str]]) -> tuple[list[set[str]], list[set[str]]]:
    """What the writer and what the blind second reader gave each comment that both labelled.

    What the writer gave is `labels` and those of `either` that the second reader did not give.

    Raises:
        TrainingError: they share no comment.
    """
    both = [comment for comment in comments if comment.id in second]
    if not both:
        raise TrainingError("the second reading shares no id with the comments; give the file that belongs to them")
    writer = [{*c.labels, *(set(c.either) - set(second[c.id]))} for c in both]
    return writer, [set(second[c.id]) for c in both]


def kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Cohen's kappa; 1 where the category occurs for neither reader, since there they agree on every comment."""
    if not any(first) and not any(second):
        return 1.0
    return round(float(cohen_kappa_score(first, second)), 3)


def diversity(texts: Sequence[str]) -> dict[str, float]:
    """Distinct words, bigrams and trigrams for each thousand words, over DIVERSITY_WORDS words or as many as there are.

    >>> diversity(["dit dat dit dat"])["1"]
    500.0
    """
    # Every k-th text, so that the words come from all writers alike and not from the first few.
    words_in_all = sum(len(text.split()) for text in texts)
    step = max(1, words_in_all // DIVERSITY_WORDS)
    words = [word for text in texts[::step] for word in re.findall(r"\w+", normalise(text).casefold())][:DIVERSITY_WORDS]
    grams = {"1": words, "2": list(pairwise(words)), "3": list(zip(words, words[1:], words[2:], strict=False))}
    return {name: round(1000 * len(set(found)) / max(len(found), 1), 1) for name, found in grams.items()}


def lengths(comments: Sequence[LabelledComment]) -> dict[str, float]:
    words = sorted(len(comment.text.split()) for comment in comments)
    return {
        "median": words[len(words) // 2],
        "under_20_share": round(sum(count < 20 for count in words) / len(words), 3),
        "one_to_four": sum(count <= 4 for count in words),
        "sixty_and_more": sum(count >= 60 for count in words),
    }


def shares(comments: Sequence[LabelledComment], field: str) -> dict[str, list[float]]:
    """Per value of a field: how many comments, and the share of them with a label."""
    counts = Counter(getattr(comment, field) for comment in comments)
    labelled = Counter(getattr(comment, field) for comment in comments if comment.labels)
    return {value: [count, round(labelled[value] / count, 2)] for value, count in sorted(counts.items())}


def shares_by_mention(comments: Sequence[LabelledComment], sets: Sequence[WordSet]) -> dict[str, list[float]]:
    """Per set of groups, parties or names: how many comments mention one, and the share of them with a label."""
    found = {s.name: [bool(c.labels) for c in comments if s.pattern.search(c.text)] for s in sets}
    return {name: [len(labelled), round(sum(labelled) / max(len(labelled), 1), 2)] for name, labelled in found.items()}


def read_second(path: Path) -> dict[str, list[str]]:
    """The labels of the second reader by comment id."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]
        return {row["id"]: row["labels"] for row in rows}
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise TrainingError(f"{path}: is not a second reading (JSON lines with id and labels); restore the file") from error


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.quality", description="Check the labelled comments.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl, dev.jsonl and test.jsonl")
    parser.add_argument("--second", type=Path, required=True, help="second reading, JSON lines with id and labels")
    parser.add_argument(
        "--settled", type=Path, help="what people settled of doubtful labels; looks for more, which takes a minute"
    )
    parser.add_argument("--real", type=Path, help="real comments, to show their diversity beside ours")
    options = parser.parse_args(arguments)
    taxonomy = read_taxonomy(TAXONOMY)
    try:
        floors = read_floors("data")
        splits = read_splits(options.data, taxonomy)
        figures = report(splits, read_second(options.second), taxonomy)
        if options.settled:
            suspects = find_suspects([comment for split in splits.values() for comment in split], taxonomy)
            figures["settled_share"] = 1 - len(open_suspects(suspects, read_settled(options.settled))) / max(len(suspects), 1)
        if options.real:
            figures["diversity_of_real_comments"] = diversity([row["text"] for row in read_real(options.real)])
        found = breaches(figures, floors)
    except (LabelError, TrainingError, OSError) as error:
        print(f"quality: {error}", file=sys.stderr)
        return 2
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    lines = found or ["no floor is breached"]
    lines += [f"{floor.figure} was not measured" for floor in floors if floor.verdict(figures) == "not measured"]
    print("\n".join(f"quality: {line}" for line in lines), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
