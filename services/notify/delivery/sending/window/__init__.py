"""The sending itself: a claimed batch goes out in windows, and after each its outcomes are written down."""
