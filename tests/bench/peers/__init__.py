"""The peers' own programs: the standard library, the sink and the peer alone, for another environment than the product's."""
