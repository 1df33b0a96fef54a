"""The bus: the databases remember, Redis only rings. Outbox → relay → feed → inbox → handling."""
