from .image import Image as Image
from .repository import Repository as Repository
from .settings import RepositorySettings as RepositorySettings
from .upstream_image import UpstreamImage as UpstreamImage
