"""What a sender left behind: claims whose lease ran out, and messages that may have been sent."""
