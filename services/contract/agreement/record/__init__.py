"""The agreement as dated plain text for the patient's record, and that it stands there."""
