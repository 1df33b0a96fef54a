"""Which reminders each kind of thing has, and for whom."""
