"""FHIR R4 in: a care record's bundle becomes people, units, teams, plans, goals and conditions, or is refused whole."""
