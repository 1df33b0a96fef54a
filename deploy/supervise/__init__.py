"""Everything on one machine under supervisord: what runs, how it is started in order, watched and stopped in order."""
