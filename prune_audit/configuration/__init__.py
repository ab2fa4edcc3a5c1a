"""The configuration: finding the file, reading it, and what it settles beside the command line."""
