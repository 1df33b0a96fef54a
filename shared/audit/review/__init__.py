"""Checking the log: a sample of what staff have looked at, and what somebody found when they checked it (HSLF-FS 2016:40
4 ch. 9 §: systematic, recurring, documented)."""
