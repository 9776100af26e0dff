"""The ledger: movements in, books and everything said about them out."""
