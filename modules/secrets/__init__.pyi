from .ages import AgedSecret as AgedSecret
from .ages import SecretAges as SecretAges
from .api_key import ApiKey as ApiKey
from .rotation import RunningService as RunningService
from .secret import EnvironmentSecret as EnvironmentSecret
from .settings import ApiKeySettings as ApiKeySettings
from .settings import Generated as Generated
from .settings import SecretSettings as SecretSettings
