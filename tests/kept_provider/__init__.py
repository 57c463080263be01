"""The AWS provider kept running for the tests of one worker, with the schemas of what a project uses.

Terraform starts the provider for each command, asks it for the schemas of all its 1,500 resource types, which
takes 2.5 seconds of CPU, and ends it: for a small project that is nine tenths of the time. Here the same
program, as `terraform init` installed it, runs on, and Terraform reaches it by `TF_REATTACH_PROVIDERS`
(Terraform documentation, "Debugging Providers"). What is between them (server.py) passes calls on, but leaves
out of the schemas what no file of the project names, and remembers answers that no AWS is asked for.

Tests of small projects reach it by `KeptTerraform`; everything else, such as `infra` and whole stacks, by the
`terraform` on the PATH of tests (on_path.py). `KEPT_PROVIDER=off` has every command start its own.
"""

from tests.kept_provider.processes import Processes
from tests.kept_provider.terraform import KeptProvider, KeptTerraform, types_in

__all__ = ["KeptProvider", "KeptTerraform", "Processes", "types_in"]
