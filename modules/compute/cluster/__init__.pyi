from .cluster import Cluster as Cluster
from .settings import Capacity as Capacity
from .settings import ClusterSettings as ClusterSettings
