"""What each part of a process says of itself: alive, ready, and why not. Served by the host."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Health:
    """The parts of one process by name; one is ready when it has no reason to wait."""

    waiting: dict[str, str] = field(default_factory=dict)

    def wait(self, part: str, reason: str) -> None:
        """Say that a part is not ready, and why, in words for an operator."""
        self.waiting[part] = reason

    def ready(self, part: str) -> None:
        self.waiting[part] = ""

    @property
    def is_ready(self) -> bool:
        """True when every part that ever spoke is ready; False before the first one spoke."""
        return bool(self.waiting) and not any(self.waiting.values())
