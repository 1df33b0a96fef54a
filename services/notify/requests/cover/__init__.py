"""In whose worklist a request stands, and who answers it right now."""
