"""The register taken out as a sheet: the columns that a file of people has, so that it can come back changed."""
