"""After the faults, too, a replay of the log gives the bytes that were published."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.faults.cluster import Cluster

TOPICS = ("ledger", "cogs", "costs", "variances", "journals")
PATIENCE_SECONDS = 120


def test_a_replay_of_the_log_gives_the_same_bytes(verified: Cluster, tmp_path: Path) -> None:
    verified.send(verified.trade.records(500))
    verified.drained("no fault")
    log = _ullage(verified, tmp_path, "tail", "movements", "--from-start")
    (tmp_path / "log.jsonl").write_bytes(log)
    _ullage(verified, tmp_path, "replay", "--log", "log.jsonl", "--out", "out")
    for topic in TOPICS:
        published = [record.value or b"" for record in verified.history().of(topic)]
        replayed = (tmp_path / "out" / f"{topic}.jsonl").read_bytes().splitlines()
        assert _by_sku(published) == _by_sku(replayed), topic


def _ullage(cluster: Cluster, directory: Path, *arguments: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "ullage.cli", *arguments],
        env=os.environ | cluster.settings(),
        cwd=directory,
        stdout=subprocess.PIPE,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return done.stdout


def _by_sku(lines: Iterable[bytes]) -> dict[str, list[bytes]]:
    """In the order of each SKU; there is none between SKUs of two partitions."""
    found = defaultdict(list)
    for line in lines:
        found[json.loads(line)["sku"]].append(line)
    return found
