"""The products: one folder each, and the catalogue of every stack."""
