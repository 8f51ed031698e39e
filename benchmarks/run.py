"""Every benchmark, measured side by side in one run, as ratios: absolute times are the machine's, ratios carry over.

    python -m benchmarks.run [--seconds 5] [--bulk 20000] [--words 0] [--minutes 0]      (make bench)

`--minutes 10` watches one client for stalls; `--bulk 1000000 --words 8` watches the offline scorer's memory over a million short
comments. Nothing here passes or fails.
"""

import argparse
import gc
import sys
from collections.abc import Iterator

import psutil

from benchmarks.bulk import a_second, bulk, stream
from benchmarks.kernels import BASE, SMALL, naive, network_alone, served, share_of_ceiling
from benchmarks.load import empty_endpoint, load, service
from serving.moderation.moderator import load_moderator
from serving.settings import ROOT, read_settings
from training.labels import read_labels

CLIENTS = (1, 16, 64)


def lines(seconds: float, bulk_comments: int, words: int, minutes: float) -> Iterator[str]:
    """The report as Markdown, line by line as it is measured."""
    settings = read_settings()
    moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
    comments = read_labels([ROOT / "data" / "comments" / "test.jsonl"], moderator.taxonomy)
    texts = [comment.text for comment in comments[::5]]
    yield f"{len(texts)} comments of the own test split, one thread unless said otherwise, {psutil.cpu_count()} cores"
    yield "\n## Beside a naive pipeline\n\n| | comments/s | served is |\n|---|---|---|"
    decisions = served(moderator, texts)
    yield f"| whole decision, int8 | {decisions:.0f} | |"
    for name, size in (("torch fp32, same size", SMALL), ("torch fp32, BERT-base", BASE)):
        speed = naive(texts, size, len(moderator.taxonomy.ids))
        yield f"| {name} | {speed:.0f} | {decisions / speed:.1f} x as fast |"
        gc.collect()
    alone = network_alone(moderator.artefact, texts)
    yield f"| network alone, int8 | {alone:.0f} | {decisions / alone:.2f} of it |"
    ceiling = share_of_ceiling(moderator.artefact)
    yield (
        f"\nMatrix products at {ceiling['tokens']:.0f} tokens: {ceiling['giga_operations_a_second']:.0f} of at most {ceiling['ceiling']:.0f} "
        f"giga-operations/s: {ceiling['share']:.0%} of the ceiling."
    )
    yield from _load_lines(texts, seconds, minutes)
    short = [" ".join(text.split()[: words or None]) for text in texts]
    # The kernels get the comments that the scorer gets: a word more makes them a tenth longer.
    same = [comment["text"] for comment in stream(short, len(short))]
    yield from _bulk_lines(short, bulk_comments, network_alone(moderator.artefact, same, settings.threads), settings.threads)


def _load_lines(texts: list[str], seconds: float, minutes: float) -> Iterator[str]:
    yield "\n## Calls of one comment\n\n| clients | calls/s | p50 ms | p99 ms | p99 / p50 | empty endpoint calls/s | failed |\n|---|---|---|---|---|---|---|"
    with empty_endpoint() as empty, service() as (port, pid):
        load(port, texts, 4, 2)
        for clients in CLIENTS:
            nothing = load(empty, texts, clients, seconds)
            found = load(port, texts, clients, seconds)
            yield (
                f"| {clients} | {found.a_second:.0f} | {found.p50:.1f} | {found.p99:.1f} | {found.p99 / found.p50:.1f} "
                f"| {nothing.a_second:.0f} ({nothing.a_second / found.a_second:.0f} x) | {found.failed} |"
            )
        alike = sorted(texts, key=len)[len(texts) * 9 // 20 : len(texts) * 11 // 20]
        found = load(port, alike, 1, seconds)
        yield (
            f"\nOne client, the tenth of the comments nearest to the middle length: p50 {found.p50:.1f}, p99 {found.p99:.1f} "
            f"({found.p99 / found.p50:.1f} x)."
        )
        if minutes:
            found = load(port, texts, 1, minutes * 60)
            yield (
                f"\nOne client for {minutes:g} minutes: {found.calls} calls, p50 {found.p50:.1f}, p99 {found.p99:.1f} "
                f"({found.p99 / found.p50:.1f} x), slowest {found.slowest:.1f} ms, failed {found.failed}."
            )
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        memory = ", ".join(f"{process.memory_info().rss / 2**20:.0f}" for process in processes)
        yield f"\nMemory of the service's processes: {memory} MiB."


def _bulk_lines(texts: list[str], comments: int, alone: float, threads: int) -> Iterator[str]:
    found = bulk(texts, comments)
    speed = a_second(found)
    yield f"\n## Offline scorer, {comments} comments on {threads} threads\n"
    yield f"{speed:.0f} comments/s; bare kernels on as many threads {alone:.0f}, so {speed / alone:.0%} of them."
    at_tenths = found[:: max(1, len(found) // 10)]
    yield f"Memory, MiB, after so many comments: {', '.join(f'{each.memory:.0f} ({each.done})' for each in at_tenths)}."


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Ratios measured side by side in one run.")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each load measurement")
    parser.add_argument("--bulk", type=int, default=20_000, help="comments for the offline scorer")
    parser.add_argument("--words", type=int, default=0, help="of each comment for the offline scorer; 0 for all")
    parser.add_argument("--minutes", type=float, default=0.0, help="watch one client for so long")
    raw = parser.parse_args(arguments)
    for line in lines(raw.seconds, raw.bulk, raw.words, raw.minutes):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
