"""Single values of FHIR as values of ours: text, days, instants, numbers to call, codes."""
