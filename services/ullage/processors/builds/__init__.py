"""Builds: manufacturing orders in, consumptions and productions out."""
