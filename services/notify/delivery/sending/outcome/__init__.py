"""Writing down what became of a delivery, and telling those who wait for it in the same commit."""
