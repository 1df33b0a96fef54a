"""Judges files without storing anything: any resource or bundle, by HL7's schema and named rules."""
