from .settings import API_GROUPS as API_GROUPS
from .settings import WEBSITE_GROUPS as WEBSITE_GROUPS
from .settings import ManagedRuleGroup as ManagedRuleGroup
from .settings import RateLimit as RateLimit
from .settings import WebAclLogSettings as WebAclLogSettings
from .settings import WebAclSettings as WebAclSettings
from .web_acl import WebAcl as WebAcl
