"""Part 3: the coordinated plan, everything that everybody does for one patient."""
