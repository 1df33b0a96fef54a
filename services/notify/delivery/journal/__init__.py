"""What has left, noted outside the database: a ledger brought back from a backup sends none of it again."""
