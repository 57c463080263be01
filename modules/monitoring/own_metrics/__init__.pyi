from .own_metrics import OwnMetrics as OwnMetrics
from .settings import OwnMetricSettings as OwnMetricSettings
