"""Images of a recovery stack: those that its primary runs, from the registry of its own region."""

from __future__ import annotations

from operations import synthesized
from operations.aws import Clients
from operations.deployed import deployed_images
from operations.image_references import ecr_image
from operations.synthesized import SynthesizedStack
from stacks.catalogue import catalogue

# A deployment does not wait for a region that is away.
_ONCE = {"mode": "standard", "total_max_attempts": 2}


def in_region(image: str, region: str) -> str:
    """The same image in the registry of another region, to which it is replicated; others as they are."""
    found = ecr_image(image)
    return image.replace(f".ecr.{found.region}.", f".ecr.{region}.", 1) if found else image


def follow(stack: str, parameter: str, image: str) -> str | None:
    """Let the recovery stack of a stack run what was deployed, too; a sentence about it.

    None for a stack without one, or with one that is not deployed.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    recovery = next((one for one in catalogue().values() if one.recovery_of == stack), None)
    if recovery is None:
        return None
    region = recovery.regions[0]
    # Both stacks name what they have alike, each with its own name first.
    name, wanted = parameter.replace(f"/{stack}/", f"/{recovery.name}/", 1), in_region(image, region)
    ssm = Clients(recovery.name, region, retries=_ONCE).ssm
    try:
        if not ssm.get_parameters(Names=[name])["Parameters"]:
            return None
        ssm.put_parameter(Name=name, Value=wanted, Overwrite=True)
    except (BotoCoreError, ClientError) as error:
        return f"{name} in {region} is not {wanted} ({error}): {recovery.name} would run what it had before"
    return f"{name} in {region} is {wanted}"


def differing(
    primary: tuple[SynthesizedStack, Clients], recovery: tuple[SynthesizedStack, Clients]
) -> dict[str, str]:
    """What the recovery's parameters have otherwise than the primary's, and should have."""
    theirs, own = _parameters(primary[0]), _parameters(recovery[0])
    running = deployed_images(primary[1].ssm, theirs.values())
    there = deployed_images(recovery[1].ssm, own.values())
    wanted = {
        own[place]: in_region(running[name], recovery[0].region)
        for place, name in theirs.items()
        if place in own and name in running
    }
    return {name: image for name, image in wanted.items() if name in there and there[name] != image}


def _parameters(stack: SynthesizedStack) -> dict[tuple[str, str], str]:
    return {
        (service.service, one.name): one.image_parameter
        for service in synthesized.services(stack).values()
        for one in service.containers
        if one.image_parameter
    }
