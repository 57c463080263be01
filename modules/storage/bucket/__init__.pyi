from .bucket import Bucket as Bucket
from .log_bucket import LogBucket as LogBucket
from .settings import BucketSettings as BucketSettings
from .settings import CorsRule as CorsRule
from .settings import LifecycleRule as LifecycleRule
from .settings import Transition as Transition
