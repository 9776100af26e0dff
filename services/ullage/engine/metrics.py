"""What Prometheus may ask of an engine. Counted after the commit: an aborted batch is not."""

from prometheus_client import Counter, Gauge, Histogram

_PLACE = ("step", "topic", "partition")
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

RECORDS = Counter("ullage_records", "Records processed and committed", _PLACE)
OUTPUTS = Counter("ullage_outputs", "Records written to output topics", ("step",))
OCCURRENCES = Counter(
    "ullage_occurrences", "Duplicates ignored, rejections, dead letters", ("step", "kind")
)
ABORTED = Counter(
    "ullage_transactions_aborted", "Batches taken back and tried again", ("step",)
)
SESSIONS_ENDED = Counter(
    "ullage_sessions_ended", "Sessions that ended and were followed by another", ("step",)
)
LAG = Gauge("ullage_lag_records", "Records still to be read", _PLACE)
RESTORED = Counter("ullage_restored_records", "Records read back from the changelog", _PLACE)
REBUILT = Counter(
    "ullage_rebuilt_records", "Records processed again to rebuild a lost state", _PLACE
)
RESTORING = Gauge("ullage_restoring_partitions", "Partitions not yet restored", ("step",))
BATCH_RECORDS = Histogram(
    "ullage_batch_records",
    "Records in a batch",
    ("step",),
    buckets=(1, 10, 50, 100, 500, 1000, 2000, 5000, 10000),
)
BATCH_SECONDS = Histogram(
    "ullage_batch_seconds",
    "From a batch's first step to its state kept",
    ("step",),
    buckets=_SECONDS,
)
COMMIT_SECONDS = Histogram(
    "ullage_commit_seconds",
    "Of that, from the offsets sent to the commit acknowledged",
    ("step",),
    buckets=_SECONDS,
)
