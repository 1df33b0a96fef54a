"""Answering the seven questions, three to a screen."""
