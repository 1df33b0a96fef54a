"""The minutes that staff spend on an agreement, noted in one touch."""
