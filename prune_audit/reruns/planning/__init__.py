"""Claims and a request -> a plan: what is run, under which recipe, and what is assumed."""
