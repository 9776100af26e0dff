"""ullage: cost layers, COGS and the variance layer, from Kafka to PostgreSQL."""
