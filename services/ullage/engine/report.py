"""What an engine tells its operator: readiness, metrics, and one log line an occurrence."""

from collections.abc import Iterable, Sequence

import structlog
from confluent_kafka import KafkaError

from ullage.engine import metrics
from ullage.engine.changelog import Changelog
from ullage.engine.partition import Partition, Place, Share
from ullage.engine.transaction import Figures
from ullage.health import Health

_log = structlog.get_logger()


class Report:
    """The voice of one step's engine."""

    def __init__(self, step: str, health: Health) -> None:
        self._step = step
        self._health = health
        self._log = _log.bind(step=step)
        self._away = False
        self._trouble = ""

    def begins(self, doing: str) -> None:
        """A session is being opened; until it is ready, the trouble before says more."""
        self._wait(self._trouble or doing)

    def _wait(self, reason: str) -> None:
        self._health.wait(self._step, reason)

    def readiness(self, joined: bool, coming: int, partitions: Iterable[Partition]) -> None:
        """Ready: the group has been joined, all given is restored, and every lag is known."""
        metrics.RESTORING.labels(self._step).set(coming)
        given = list(partitions)
        if self._away:
            self._away, self._trouble = False, ""
            self._log.info("broker_back")
        if not joined:
            self.begins("joining the consumer group")
        elif coming:
            self.begins(f"restoring, {coming} partitions to go")
        elif rebuilding := [one for one in given if one.is_rebuilding]:
            self.begins(_rebuilding(rebuilding))
        elif any(partition.lag is None for partition in given):
            self.begins("asking how far behind it is")
        else:
            self._trouble = ""
            self._health.ready(self._step)

    def away(self, error: KafkaError) -> None:
        """The broker does not answer; what is to be done waits for it."""
        self._trouble = f"waiting for the broker: {error.str()}"
        self._wait(self._trouble)
        if not self._away:
            self._away = True
            self._log.warning("broker_away", reason=str(error))

    def interrupted(self, reason: Exception, seconds: float) -> None:
        """A session has ended; the next one begins by itself."""
        metrics.SESSIONS_ENDED.labels(self._step).inc()
        if not self._away:  # or it ended because of that
            self._trouble = str(reason)
            self._wait(self._trouble)
        self._log.warning("session_ended", reason=str(reason), seconds=seconds)

    def restored(self, changelog: Changelog, partition: int, records: int) -> None:
        if records:
            metrics.RESTORED.labels(self._step, changelog.name, str(partition)).inc(records)

    def restoring(self, place: Place) -> None:
        self._log.info("partition_restoring", topic=place[0], partition=place[1])

    def assigned(self, partition: Partition) -> None:
        topic, number = partition.place
        if partition.is_rebuilding:
            self._log.warning(
                "state_lost",
                topic=topic,
                partition=number,
                offset=partition.next_offset,
                rebuild_to=partition.rebuild_to,
                detail="its changelog was deleted: the state is rebuilt from the input, "
                "whose outputs are not written again",
            )
        self._log.info(
            "partition_assigned", topic=topic, partition=number, offset=partition.next_offset
        )

    def rebuilt(self, partition: Partition) -> None:
        """The state is whole again; what comes now is processed."""
        topic, number = partition.place
        self._log.warning(
            "state_rebuilt", topic=topic, partition=number, offset=partition.next_offset
        )

    def let_go(self, place: Place) -> None:
        """A partition went to another worker: its lag is no longer ours to tell."""
        metrics.LAG.labels(self._step, place[0], str(place[1])).set(0)
        metrics.LAG.remove(self._step, place[0], str(place[1]))
        self._log.info("partition_let_go", topic=place[0], partition=place[1])

    def lag(self, partition: Partition) -> None:
        if partition.lag is not None:
            topic, number = partition.place
            metrics.LAG.labels(self._step, topic, str(number)).set(partition.lag)

    def committed(self, batch: list[Share], figures: Figures) -> None:
        metrics.OUTPUTS.labels(self._step).inc(figures.outputs)
        metrics.BATCH_RECORDS.labels(self._step).observe(
            sum(len(share.records) for share in batch)
        )
        metrics.BATCH_SECONDS.labels(self._step).observe(figures.batch_seconds)
        metrics.COMMIT_SECONDS.labels(self._step).observe(figures.commit_seconds)
        for share in batch:
            topic, number = share.partition.place
            if share.rebuilds:
                metrics.REBUILT.labels(self._step, topic, str(number)).inc(len(share.records))
                continue
            metrics.RECORDS.labels(self._step, topic, str(number)).inc(len(share.records))
            self._tell(share)

    def _tell(self, share: Share) -> None:
        for record, occurrence in share.occurrences:
            metrics.OCCURRENCES.labels(self._step, occurrence.kind).inc()
            self._log.warning(
                occurrence.kind,
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                sku=occurrence.sku,
                detail=occurrence.detail,
            )

    def aborted(self, error: KafkaError, times: int) -> None:
        metrics.ABORTED.labels(self._step).inc()
        self._log.warning("transaction_aborted", reason=str(error), times=times)

    def trouble(self, error: KafkaError) -> None:
        self._log.warning("broker_trouble", reason=str(error))

    def failed(self, reason: Exception) -> None:
        self._wait(str(reason))
        self._log.critical("engine_stopped", reason=str(reason))


def _rebuilding(partitions: Sequence[Partition]) -> str:
    done = sum(partition.next_offset for partition in partitions)
    needed = sum(partition.rebuild_to for partition in partitions)
    return (
        f"rebuilding the lost state of {len(partitions)} partitions from their input, "
        f"at {done} of {needed} records"
    )
