from .file_system import FileSystem as FileSystem
from .settings import FileSystemSettings as FileSystemSettings
