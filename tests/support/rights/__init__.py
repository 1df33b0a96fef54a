"""The table of rights, tried at every door of a service as everybody who may come there."""
