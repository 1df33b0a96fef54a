"""What this service knows, as FHIR R4: pure rules from drafts and facts to resources, one folder for each kind."""
