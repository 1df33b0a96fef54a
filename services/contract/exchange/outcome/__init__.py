"""How an import went, or would go: counts, what was left out and why, as lines of JSON and for pages."""
