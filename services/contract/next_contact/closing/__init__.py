"""How a next contact ends: kept, missed or cancelled, and never without the next one or a reason why there is none."""
