"""Many people at once from a spreadsheet: looked at first, then all of it or nothing, and taken back while unused."""
