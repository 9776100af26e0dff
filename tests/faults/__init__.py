"""A package, so that the cluster of its tests is stopped when the last of them is through."""
