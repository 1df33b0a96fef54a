"""How each person wants to be reached: channels, quiet hours, language and how much a message may say."""
