"""Whom a patient can have as contact or deputy."""
