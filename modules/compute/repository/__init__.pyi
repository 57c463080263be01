from .image import Image as Image
from .replication import ImageReplication as ImageReplication
from .repository import Repository as Repository
from .settings import ReplicationSettings as ReplicationSettings
from .settings import RepositorySettings as RepositorySettings
from .upstream_image import UpstreamImage as UpstreamImage
