from .databases import PausedDatabases as PausedDatabases
from .expressions import resolved as resolved
from .variable import Paused as Paused
