"""What others are told about a next contact, and what its history keeps."""
