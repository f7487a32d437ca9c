"""The tables and the codebook that every layer shares."""
