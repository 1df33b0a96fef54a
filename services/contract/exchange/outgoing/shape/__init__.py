"""The parts every resource is built of."""
