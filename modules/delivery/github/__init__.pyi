from .deployers import GitHubDeployers as GitHubDeployers
from .deployers import States as States
from .settings import DeployedStack as DeployedStack
from .settings import GitHubRepository as GitHubRepository
from .settings import GitHubSettings as GitHubSettings
