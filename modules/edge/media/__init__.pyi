from .media import MediaDistribution as MediaDistribution
from .settings import MEDIA_HEADERS as MEDIA_HEADERS
from .settings import MediaDistributionSettings as MediaDistributionSettings
from .signed_access import SignedAccess as SignedAccess
