"""What a broker's error means: it passes, the batch is taken back, the session or all ends."""

from confluent_kafka import KafkaError

_PASSING = {
    KafkaError._TIMED_OUT,
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._RESOLVE,
    KafkaError._WAIT_COORD,
    KafkaError._MAX_POLL_EXCEEDED,
    KafkaError.UNSTABLE_OFFSET_COMMIT,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.LEADER_NOT_AVAILABLE,
}
_ABSENCE = {
    KafkaError._TIMED_OUT,
    KafkaError._MSG_TIMED_OUT,
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
}
_FATAL = {
    KafkaError._FATAL,
    KafkaError._FENCED,
    KafkaError.FENCED_INSTANCE_ID,
    KafkaError.PRODUCER_FENCED,
    KafkaError.INVALID_PRODUCER_EPOCH,
    KafkaError.INVALID_TXN_STATE,
}
_NEVER_HEAL = {
    KafkaError._INVALID_ARG,
    KafkaError._NOT_CONFIGURED,
    KafkaError._UNSUPPORTED_FEATURE,
    KafkaError._AUTHENTICATION,
    KafkaError._SSL,
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError.UNSUPPORTED_VERSION,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError.INVALID_TRANSACTION_TIMEOUT,
    KafkaError.INVALID_SESSION_TIMEOUT,
}
_ABORTABLE = {
    KafkaError._TIMED_OUT,
    KafkaError._STATE,
    KafkaError._INCONSISTENT,
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.UNKNOWN_MEMBER_ID,
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER,
    KafkaError.TRANSACTION_ABORTABLE,
}


def passes(error: KafkaError) -> bool:
    """Whether an error met while reading goes away by itself; the client keeps trying."""
    return not is_fatal(error) and (error.retriable() or error.code() in _PASSING)


def is_fatal(error: KafkaError) -> bool:
    """Whether the client is of no more use; `_FATAL` may come with `fatal()` False."""
    return error.fatal() or error.code() in _FATAL


def can_heal(error: KafkaError) -> bool:
    """Whether a new session may fare better; wrong settings and missing rights stay wrong."""
    return error.code() not in _NEVER_HEAL


def is_absence(error: KafkaError) -> bool:
    """Whether no broker answered: no word about the batch that waits for one."""
    return error.code() in _ABSENCE


def is_abortable(error: KafkaError) -> bool:
    """Whether the open transaction can be taken back and its batch tried again."""
    if is_fatal(error):
        return False
    return error.txn_requires_abort() or error.retriable() or error.code() in _ABORTABLE
