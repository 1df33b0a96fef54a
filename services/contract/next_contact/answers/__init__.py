"""Answers to reminders about a next contact."""
