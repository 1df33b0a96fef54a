"""Taking what is due from the ledger, sending it, and writing down what became of it."""
