"""OHI, a health platform of eleven container services."""
