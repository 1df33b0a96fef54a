"""The tour: the whole main job walked once, told in words, by the pages that people use."""
