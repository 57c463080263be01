from .collector import collector as collector
from .settings import CollectorSettings as CollectorSettings
from .settings import SamplingRule as SamplingRule
from .settings import TracingSettings as TracingSettings
from .tracing import Tracing as Tracing
