"""Start the local stack on a directory, say where it is, and keep it until a signal comes."""

import signal
import sys
from contextlib import suppress
from pathlib import Path

from ullage.local import stack


def main(data: Path) -> None:
    with suppress(KeyboardInterrupt), stack(data) as started:
        print(started.kafka, started.database, flush=True)
        signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
