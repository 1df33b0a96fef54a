"""The numbers patients are known by: which can be right, what is wrong with the others, and the day of birth in them."""
