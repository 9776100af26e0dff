"""What the sink counts, in Prometheus' default registry."""

from prometheus_client import Counter, Gauge, Histogram

RECORDS = Counter(
    "ullage_sink_records", "Records read and written, repeated ones too", ["topic"]
)
ROWS = Counter("ullage_sink_rows", "Rows inserted, changed or deleted", ["table"])
LAG = Gauge(
    "ullage_sink_lag_records", "Offsets not yet written to PostgreSQL", ["topic", "partition"]
)
BATCH_SECONDS = Histogram("ullage_sink_batch_seconds", "Time of one database transaction")
BATCH_RECORDS = Histogram(
    "ullage_sink_batch_records", "Records in one transaction", buckets=(1, 10, 100, 1000, 10000)
)
WAITS = Counter("ullage_sink_waits", "Times the sink had to wait for Kafka or PostgreSQL")
