"""The manual: pages made from the code, and what makes them."""
