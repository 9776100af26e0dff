"""A state that is lost is made again: the step is run over all that it has processed.

Steps are pure, so that gives the same state, byte for byte; their outputs are dropped, for they
are written already. It goes batch by batch through the same transactions as all else, and each
batch's marker says how far it is: a crash loses nothing of it, and no half state is trusted.
"""

from contextlib import closing

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource

from ullage.engine.changelog import Changelog, Input
from ullage.engine.config import ClientSettings
from ullage.engine.errors import StateLost
from ullage.engine.store import Marker

_SECONDS = 10.0


class Rebuilder:
    """Decides whether a state is lost, and whether it can be made again.

    Raises KafkaException when the broker does not answer.
    """

    def __init__(self, admin: AdminClient, reader: ClientSettings) -> None:
        """`reader` are the settings of a reader of changelogs."""
        self._admin = admin
        self._settings: ClientSettings = {**reader, "isolation.level": "read_uncommitted"}

    def hides_more(self, changelog: Changelog, number: int, read_to: int) -> bool:
        """Whether an open transaction hides what was written to a changelog after an offset."""
        return self._bounds(changelog.name, number)[1] > read_to

    def begin(self, source: Input, changelog: Changelog, number: int, committed: int) -> Marker:
        """Return the marker with which a state begins to be rebuilt.

        Raises StateLost when the input no longer has every record of it.
        """
        if reason := self._why_not(source.name, number):
            raise StateLost(changelog.name, number, committed, reason)
        return Marker(0, source.id, changelog.id, changelog.state_format, committed)

    def _why_not(self, topic: str, number: int) -> str:
        first, _ = self._bounds(topic, number)
        if first > 0:
            return f"{topic}-{number} begins with offset {first}, what came before was deleted"
        [answer] = self._admin.describe_configs([ConfigResource("topic", topic)]).values()
        if "compact" in answer.result(_SECONDS)["cleanup.policy"].value:
            return f"{topic} is compacted, it keeps only the last record of a key"
        return ""

    def _bounds(self, topic: str, number: int) -> tuple[int, int]:
        with closing(Consumer(self._settings)) as reader:
            return reader.get_watermark_offsets(TopicPartition(topic, number), _SECONDS)
