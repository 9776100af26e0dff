"""Two living workers must not have one name; who finds another in its place gives way.

The broker's word that a member was fenced does not say so by itself: after a broker's restart
librdkafka is told it of its own earlier membership.
"""

from threading import Event
from time import monotonic

from confluent_kafka.admin import AdminClient

from ullage.engine.config import EngineConfig, group_of
from ullage.engine.errors import Namesake, Stopped

_CALL_SECONDS = 5.0
_LOOK_SECONDS = 0.5


class PlaceInGroup:
    """The one place a worker's name has in its group, and who holds it.

    Who takes it over gets a member id of its own from the broker; all else that the broker
    tells of a member stays as the first one under that name had it.
    """

    def __init__(self, step: str, config: EngineConfig) -> None:
        self._step = step
        self._config = config
        self._member_id = ""

    def hold_as(self, member_id: str | None) -> None:
        """Remember by which id the group knows this process; none: it does not yet."""
        self._member_id = member_id or self._member_id

    def make_sure(self, admin: AdminClient, stop: Event) -> None:
        """Return when nobody else holds the place.

        A member that died holds it until its session times out. Raises Namesake when one lives
        on, Stopped when the engine is to stop, KafkaException when no broker answers.
        """
        deadline = monotonic() + self._config.session_timeout_ms / 1000 + 2 * _LOOK_SECONDS
        while self._holder(admin) not in (None, self._member_id):
            if monotonic() > deadline:
                raise Namesake(self._step, self._config.worker)
            if stop.wait(_LOOK_SECONDS):
                raise Stopped

    def _holder(self, admin: AdminClient) -> str | None:
        """The id of the member under this worker's name."""
        group = group_of(self._step)
        asked = admin.describe_consumer_groups([group], request_timeout=_CALL_SECONDS)
        for member in asked[group].result().members:
            if member.group_instance_id == self._config.worker:
                return str(member.member_id)
        return None
