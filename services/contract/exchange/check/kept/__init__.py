"""What an import keeps of a resource, and what it leaves behind."""
