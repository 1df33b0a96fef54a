"""The moment a reminder falls due: claimed in batches, told to notify in the same commit."""
