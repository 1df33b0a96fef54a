"""What the seven questions, their answers and the reasons of a review are called."""
