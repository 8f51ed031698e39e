"""Numbers as they are written in Dutch."""

from collections.abc import Mapping
from typing import Any

NOT_MEASURED = "niet gemeten"


def number(value: float | None, decimals: int = 2) -> str:
    """A number with a comma; thousands with a point.

    >>> number(0.7984), number(12997, 0), number(None)
    ('0,80', '12.997', 'niet gemeten')
    >>> number(-0.0004)
    '0,00'
    """
    if value is None:
        return NOT_MEASURED
    return f"{value:z,.{decimals}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def share(value: float | None, decimals: int = 1) -> str:
    """A share as a percentage, its sign after a space that does not break.

    >>> share(0.0823)
    '8,2\\xa0%'
    """
    return NOT_MEASURED if value is None else f"{number(100 * value, decimals)}\xa0%"


def percent(figure: Mapping[str, Any], decimals: int = 1) -> str:
    """A rate with its interval.

    >>> percent({"value": 0.0823, "low": 0.0445, "high": 0.1366, "n": 158})
    '8,2\\xa0% (4,5–13,7)'
    """
    if figure["value"] is None:
        return NOT_MEASURED
    low, high = (number(100 * figure[end], decimals) for end in ("low", "high"))
    return f"{share(figure['value'], decimals)} ({low}–{high})"


def metric(figure: Mapping[str, Any], decimals: int = 2) -> str:
    """A metric from 0 to 1 with its interval.

    >>> metric({"value": 0.7984, "low": 0.7811, "high": 0.8134, "n": 2206})
    '0,80 (0,78–0,81)'
    """
    if figure["value"] is None:
        return NOT_MEASURED
    low, high = (number(figure[end], decimals) for end in ("low", "high"))
    return f"{number(figure['value'], decimals)} ({low}–{high})"


def some(n: int, one: str, more: str) -> str:
    """A number of things, as it is said.

    >>> some(1, "reactie", "reacties"), some(2206, "reactie", "reacties")
    ('1 reactie', '2.206 reacties')
    """
    return f"{number(n, 0)} {one if n == 1 else more}"


def counted(figure: Mapping[str, Any]) -> str:
    """On how many it was measured.

    >>> counted({"n": 2206})
    'n = 2.206'
    """
    return f"n = {number(figure['n'], 0)}"
