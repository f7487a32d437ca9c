"""Arrays in, tidy estimates out; knows no words."""
