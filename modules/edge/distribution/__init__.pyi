from .address import SiteAddress as SiteAddress
from .content_security_policy import SELF_ONLY as SELF_ONLY
from .content_security_policy import ContentSecurityPolicy as ContentSecurityPolicy
from .settings import ENTRY_PAGE as ENTRY_PAGE
from .settings import HASHED_ASSETS as HASHED_ASSETS
from .settings import CacheBehavior as CacheBehavior
from .settings import SecurityHeaders as SecurityHeaders
