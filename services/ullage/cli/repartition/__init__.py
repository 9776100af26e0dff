"""From one number of partitions to a greater one, with all workers stopped.

The logs (`movements`, and those of shipments and builds) are laid out anew, each key where the
new count puts it, as if there had been as many partitions from the start. The state follows
from them: a step that finds its changelog gone makes it again and says nothing twice. Topics
that others write or read get further partitions and keep what they have.
"""
