"""The way of a request, told like a parcel's."""
