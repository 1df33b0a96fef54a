"""Those who act for somebody by law: guardians of children, legal representatives; recorded by staff from a document."""
