from .settings import TerraformCloudSettings as TerraformCloudSettings
from .settings import WorkspaceSettings as WorkspaceSettings
from .terraform_cloud import TerraformCloud as TerraformCloud
