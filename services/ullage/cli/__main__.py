"""`python -m ullage.cli` is `ullage`; how `ullage up` starts its workers."""

from ullage.cli import main

main()
