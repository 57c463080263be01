"""Where everything stands in the picture, and the SVG of it."""
