"""The whole river: code the answers, join them to the scores, explain."""
