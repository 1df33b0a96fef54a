"""The clock that stood still while the patient was asked."""
