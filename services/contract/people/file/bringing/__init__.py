"""New people by the hundred: a statement for each kind of row, not for each person."""
