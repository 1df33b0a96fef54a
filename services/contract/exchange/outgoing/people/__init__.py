"""Patients, practitioners and those close to a patient."""
