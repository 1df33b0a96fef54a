"""Where references lead, within a file and among several."""
