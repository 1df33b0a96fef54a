"""The demonstration: personas to begin with and a clock that can be moved. Never part of a system with real patients."""
