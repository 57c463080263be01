from .context import Context as Context
from .errors import Problem as Problem
from .errors import ProblemsError as ProblemsError
from .errors import refusal as refusal
from .naming import Limit as Limit
from .naming import Naming as Naming
from .tagging import TagPolicy as TagPolicy
from .tagging import Tags as Tags
