"""Text in, text or spans out: normalise, screen, find personal data, split into clauses."""
