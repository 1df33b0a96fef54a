"""The four stages of a contract, with what both sides have given in each."""
