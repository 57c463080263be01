from .dramatiq import BROKER_PERMISSIONS as BROKER_PERMISSIONS
from .dramatiq import DramatiqWorkerSettings as DramatiqWorkerSettings
from .dramatiq import QueueDepth as QueueDepth
from .dramatiq import QueueDepthSettings as QueueDepthSettings
from .sqs import Queue as Queue
from .sqs import QueueSettings as QueueSettings
from .sqs import Sender as Sender
