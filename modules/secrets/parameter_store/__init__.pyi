from .parameter_store import ParameterStore as ParameterStore
from .settings import ParameterStoreSettings as ParameterStoreSettings
