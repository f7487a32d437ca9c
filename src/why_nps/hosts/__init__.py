"""Programs of others in which answers are coded, each a guest in a module of its own."""
