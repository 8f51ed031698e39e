import pytest

from training.schedule import PLATEAU, WARM_UP_STEPS, Schedule


def test_the_rate_rises_stays_and_falls() -> None:
    schedule = Schedule.of(10_000, 5e-4, 0.2)
    assert schedule.plateau_end == 8000
    assert schedule.learning_rate(0) == pytest.approx(5e-4 / WARM_UP_STEPS)
    assert schedule.learning_rate(WARM_UP_STEPS) == schedule.learning_rate(8000) == 5e-4
    assert schedule.learning_rate(9000) == pytest.approx(2.5e-4)
    assert schedule.learning_rate(10_000) == 0


def test_a_longer_run_goes_on_from_the_plateau_and_not_from_another_decay() -> None:
    short, long = Schedule.of(100, 1.0, 0.2), Schedule.of(200, 1.0, 0.2)
    kept = [short.checkpoint(80), short.checkpoint(90)]
    assert short.resume_from(kept) == "decay-80-100.pt"
    assert long.resume_from(kept) == PLATEAU
    assert long.resume_from([]) is None
