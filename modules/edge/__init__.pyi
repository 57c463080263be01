from .load_balancer import LoadBalancer as LoadBalancer
from .load_balancer import LoadBalancerSettings as LoadBalancerSettings
from .load_balancer import TargetSettings as TargetSettings
from .web_acl import WebAcl as WebAcl
from .web_acl import WebAclSettings as WebAclSettings
from .website import SiteAddress as SiteAddress
from .website import Website as Website
from .website import WebsiteSettings as WebsiteSettings
