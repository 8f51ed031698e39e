"""How high the learning rate stands at each step: warm-up, plateau, decay (Hu et al. 2024, MiniCPM's WSD).

The plateau has no end built in, so a run can be made longer afterwards: it goes on from where the plateau ended, and only the
decay is done anew.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

WARM_UP_STEPS = 400
PLATEAU = "plateau.pt"


@dataclass(frozen=True)
class Schedule:
    """`steps` in all, of which those from `plateau_end` on decay to nothing."""

    steps: int
    plateau_end: int
    peak: float

    @classmethod
    def of(cls, steps: float, peak: float, decay_share: float) -> "Schedule":
        whole = max(1, round(steps))
        return cls(whole, whole - max(1, round(whole * decay_share)), peak)

    def height(self, step: int) -> float:
        """Share of the plateau's height after its start, 0 to 1: 1 until the decay begins.

        >>> Schedule(100, 80, 1.0).height(90)
        0.5
        """
        return min(1.0, (self.steps - step) / (self.steps - self.plateau_end))

    def learning_rate(self, step: int) -> float:
        return self.peak * self.height(step) * min(1.0, (step + 1) / WARM_UP_STEPS)

    def checkpoint(self, step: int) -> str:
        """The file that a checkpoint at this step is kept in; one of the plateau stays beside those of a decay."""
        return PLATEAU if step <= self.plateau_end else f"decay-{self.plateau_end}-{self.steps}.pt"

    def resume_from(self, files: Iterable[str]) -> str | None:
        """The checkpoint to go on from: of this very decay if there is one, else the plateau's, else none."""
        found = set(files)
        for name in (self.checkpoint(self.steps), PLATEAU):
            if name in found:
                return name
        return None


class Pace:
    """How fast a run goes, over the steps since its last line."""

    def __init__(self, tokens_a_step: int) -> None:
        self.tokens_a_step = tokens_a_step
        self.since = time.monotonic()
        self.losses: list[float] = []

    def add(self, loss: float) -> None:
        self.losses.append(loss)

    @contextmanager
    def left_out(self) -> Iterator[None]:
        """Time that is not training's: it would make the run look slow."""
        start = time.monotonic()
        yield
        self.since += time.monotonic() - start

    def line(self, step: int, steps: int) -> str:
        """Tokens seen, mean loss, speed and time left; starts counting anew."""
        seconds, done = time.monotonic() - self.since, len(self.losses)
        loss, left = sum(self.losses) / done, (steps - step) * seconds / done / 60
        self.since, self.losses = time.monotonic(), []
        speed = done * self.tokens_a_step / seconds
        return f"{step * self.tokens_a_step / 1e6:.1f} M tokens, loss {loss:.3f}, {speed:.0f} tokens/s, {left:.0f} minutes left"
