"""The published contract: input events, the log, output records.

Models for people who write Python, JSON Schema and AsyncAPI for everyone else
(`python -m ullage_schemas` writes them). Imports nothing of the service.
"""
