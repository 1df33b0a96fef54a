"""An admin opens an agreement for a patient whom no proposal reached, and appoints who answers. Never what it says."""
