from .broker import BROKER_PERMISSIONS as BROKER_PERMISSIONS
from .depth import QueueDepth as QueueDepth
from .settings import DramatiqWorkerSettings as DramatiqWorkerSettings
from .settings import QueueDepthSettings as QueueDepthSettings
