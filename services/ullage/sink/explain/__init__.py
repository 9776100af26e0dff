"""Where each cent of an amount comes from, and what a receipt or a charge reached."""
