"""Was it kept? The commitments of patient, family and care, noted by each side and shown beside each other."""
