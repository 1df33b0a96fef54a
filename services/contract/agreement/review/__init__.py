"""Looking at the agreement again: the seven questions to both sides, the receipt, and what makes a review due."""
