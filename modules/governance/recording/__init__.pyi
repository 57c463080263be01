from .config import Config as Config
from .config_rules import REVIEWED as REVIEWED
from .config_rules import ManagedRule as ManagedRule
from .settings import ConfigSettings as ConfigSettings
from .settings import TrailSettings as TrailSettings
from .trail import Trail as Trail
