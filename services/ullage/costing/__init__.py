"""The kernel: what the books must say, in plain Python on integers.

Quantities and money are integers of 10^-6 (of a unit, of the base currency); times are integers
of microseconds since 1970 UTC. `apply(book, movement)` is the only way a book changes.
"""
