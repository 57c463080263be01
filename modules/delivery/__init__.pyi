from .pipeline import Approval as Approval
from .pipeline import BuildSettings as BuildSettings
from .pipeline import ImageBuild as ImageBuild
from .pipeline import Migration as Migration
from .pipeline import Pipeline as Pipeline
from .pipeline import PipelineService as PipelineService
from .pipeline import PipelineSettings as PipelineSettings
