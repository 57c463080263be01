from .queue_depth import QueueDepth as QueueDepth
from .settings import QueueSettings as QueueSettings
from .worker import WorkerSettings as WorkerSettings
from .worker import worker_container as worker_container
