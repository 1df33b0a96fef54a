"""The patient's yes to working this way, asked before anything is written in a contract that staff opened."""
