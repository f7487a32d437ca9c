"""The scale that scores are given on, and where its promoters and detractors begin."""

HIGHEST_SCORE = 10  # the lowest is 0
LOWEST_PROMOTER, HIGHEST_DETRACTOR = 9, 6
