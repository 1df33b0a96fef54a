"""What one version of a contract says."""
