from .pipeline import Pipeline as Pipeline
from .release import PipelineService as PipelineService
from .settings import Approval as Approval
from .settings import BuildSettings as BuildSettings
from .settings import ImageBuild as ImageBuild
from .settings import Migration as Migration
from .settings import PipelineSettings as PipelineSettings
