"""What the services tell each other, published as an AsyncAPI 3 document made from the event classes themselves."""
