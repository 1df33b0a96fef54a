"""Part 1 and the whole: what patient and care have agreed, version by version, and who has confirmed what."""
