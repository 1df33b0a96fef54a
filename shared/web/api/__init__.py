"""The JSON door of a service: one way to read, to say what is wrong, to page, to change and to ask again."""
