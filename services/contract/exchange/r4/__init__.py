"""Is this FHIR R4 at all: strict JSON, then the structure that the official schema demands."""
