"""References between resources: inside the file, to earlier imports, or to nothing that is known here."""
