"""The AWS provider kept running for the tests of one worker, with the schemas of what a project uses.

Terraform starts the provider for each command, asks it for the schemas of all its 1,500 resource types, which
takes 2.5 seconds of CPU, and ends it: for a small project that is nine tenths of the time. Here the same
program, as `terraform init` installed it, runs on, and Terraform reaches it by `TF_REATTACH_PROVIDERS`
(Terraform documentation, "Debugging Providers"). What is between them passes every call on unchanged, but for
the schemas: those of types that no file of the project names are left out.

Products are applied as users apply them, without this. `KEPT_PROVIDER=off` has every test do so.
"""

from tests.kept_provider.processes import Processes
from tests.kept_provider.terraform import KeptProvider, KeptTerraform, types_in

__all__ = ["KeptProvider", "KeptTerraform", "Processes", "types_in"]
