from .bucket import Bucket as Bucket
from .bucket import BucketSettings as BucketSettings
from .bucket import CorsRule as CorsRule
from .bucket import LifecycleRule as LifecycleRule
from .bucket import LogBucket as LogBucket
from .bucket import Transition as Transition
from .file_system import FileSystem as FileSystem
from .file_system import FileSystemSettings as FileSystemSettings
