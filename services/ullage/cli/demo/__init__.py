"""`ullage demo`: a worked story and a month of a small shop, played through Kafka."""

from ullage.cli.demo.play import play

__all__ = ["play"]
