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

DIFFERENCE_LARGEST = Gauge(
    "ullage_sink_difference_largest", "Largest difference of a SKU between booked and value"
)
DIFFERENCE = Gauge("ullage_sink_difference", "Difference of all SKUs: booked less value")
SKUS_WRONG = Gauge("ullage_sink_skus_wrong", "SKUs whose books differ by 0.01 or more")
PROVEN_UNTIL = Gauge(
    "ullage_sink_proven_until_seconds", "What was written before (Unix time) has been proven"
)
