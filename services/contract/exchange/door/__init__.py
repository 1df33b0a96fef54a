"""The door for other systems: read and search as FHIR R4, under the same rights as the pages."""
