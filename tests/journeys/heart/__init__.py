"""An older person with heart failure, two units, a municipality and a daughter: one agreement from the first meeting to its
second version."""
