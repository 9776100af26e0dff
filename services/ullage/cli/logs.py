"""The log of a process: structured, one line an occurrence, on standard error."""

import logging
import sys

import structlog
from structlog.typing import Processor


def configure(level_name: str, form: str) -> None:
    """Write lines from this level on (`info`), in this form (`json`, `console`)."""
    level = logging.getLevelNamesMapping()[level_name.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendered = _rendered(form)
    structlog.configure(
        processors=[*shared, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    # What libraries tell of their daily work is noise in a log that counts money.
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[libraries], force=True)


def _rendered(form: str) -> list[Processor]:
    if form == "console":
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
