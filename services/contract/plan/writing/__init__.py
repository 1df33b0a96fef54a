"""Writing in a plan: add an activity, change what one says, take one on."""
