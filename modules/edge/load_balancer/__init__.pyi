from .load_balancer import LoadBalancer as LoadBalancer
from .settings import HealthCheckSettings as HealthCheckSettings
from .settings import LoadBalancerLogSettings as LoadBalancerLogSettings
from .settings import LoadBalancerSettings as LoadBalancerSettings
from .settings import OidcSettings as OidcSettings
from .settings import RedirectSettings as RedirectSettings
from .settings import TargetSettings as TargetSettings
from .target import Target as Target
