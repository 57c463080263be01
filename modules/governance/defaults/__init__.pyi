from .account_defaults import AccountDefaults as AccountDefaults
from .account_defaults import RegionDefaults as RegionDefaults
from .service_linked_roles import ServiceLinkedRoles as ServiceLinkedRoles
from .settings import AccountDefaultSettings as AccountDefaultSettings
from .settings import PasswordPolicy as PasswordPolicy
from .settings import RegionDefaultSettings as RegionDefaultSettings
from .settings import ServiceLinkedRoleSettings as ServiceLinkedRoleSettings
