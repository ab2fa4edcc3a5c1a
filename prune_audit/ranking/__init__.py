"""Whether methods keep their ranks from one operating point of a table to the next."""
