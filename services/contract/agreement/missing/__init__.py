"""What contracts lack, and from when on: for those who see how far they are and never what they say."""
