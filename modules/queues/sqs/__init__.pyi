from .queue import Queue as Queue
from .settings import QueueSettings as QueueSettings
from .settings import Sender as Sender
