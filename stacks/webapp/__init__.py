"""Web app, the packaged architecture of a new product: an API with Aurora, and a single-page frontend."""
