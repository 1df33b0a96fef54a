"""Who was told what, and did it arrive: the send ledger, its channels, its texts and how each person wants to be reached."""
