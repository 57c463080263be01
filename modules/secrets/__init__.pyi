from .ages import AgedSecret as AgedSecret
from .ages import SecretAges as SecretAges
from .secret import EnvironmentSecret as EnvironmentSecret
from .settings import Generated as Generated
from .settings import SecretSettings as SecretSettings
