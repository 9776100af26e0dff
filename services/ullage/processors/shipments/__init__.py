"""Shipments: purchasing documents in, movements with their shares of charges out."""
