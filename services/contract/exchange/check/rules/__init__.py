"""The rules of R4 that its JSON Schema can't say."""
