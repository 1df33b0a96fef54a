"""How somebody gave an answer that stands on these pages: here, in a talk or on paper."""
