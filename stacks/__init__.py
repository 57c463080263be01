"""Products, one folder each, and the catalogue of all stacks."""
