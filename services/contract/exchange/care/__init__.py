"""Care teams, goals and conditions, and whom the newest team proposes as named contact."""
