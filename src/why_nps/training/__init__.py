"""From a coded corpus to a model bundle and its figures."""
