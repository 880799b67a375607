"""The recipe of an image and the components made from files.

Image Builder keeps versions for ever the same, and keeps what is in use. So a version's patch number comes from the
content, a new version is created before the old one is deleted, and nothing refers to a version by wildcard.
"""

from collections.abc import Mapping
from typing import Any

from cdktf_cdktf_provider_aws.imagebuilder_component import ImagebuilderComponent
from cdktf_cdktf_provider_aws.imagebuilder_image_recipe import (
    ImagebuilderImageRecipe,
    ImagebuilderImageRecipeBlockDeviceMapping,
    ImagebuilderImageRecipeBlockDeviceMappingEbs,
    ImagebuilderImageRecipeComponent,
    ImagebuilderImageRecipeComponentParameter,
)
from constructs import Construct

from golden_ami.awstoe import ComponentDocument
from golden_ami.config import ImageFactory
from golden_ami.config.component import Component
from golden_ami.config.image import BlockDevice
from stacks.text import escaped, version

_REPLACED = {"create_before_destroy": True}


class Recipe(Construct):
    """A recipe and its components.

    Parameters
    ----------
    factory : ImageFactory
        The image.
    key_arn : str
        Key of encrypted volumes.

    Attributes
    ----------
    arn : str
        ARN of the recipe's current version.
    version : str
        That version.
    """

    def __init__(self, scope: Construct, id: str, *, factory: ImageFactory, key_arn: str) -> None:
        super().__init__(scope, id)
        self._factory = factory
        # What a version stands for: each entry is a component's identity and its parameters.
        content: list[object] = []
        components = [self._entry(each, content) for each in factory.image.components]
        described = {
            "name": factory.names.base,
            "description": escaped(factory.image.description),
            "parent_image": factory.parent_image(),
        }
        devices = [each.model_dump() for each in factory.image.block_devices]
        self.version = version(factory.image.version, [described, content, devices, _identity(key_arn)])
        recipe = ImagebuilderImageRecipe(
            self,
            "recipe",
            **described,
            version=self.version,
            component=components,
            block_device_mapping=[_mapping(each, key_arn) for each in factory.image.block_devices],
            lifecycle=_REPLACED,
        )
        self.arn = recipe.arn

    def _entry(self, component: Component, content: list[object]) -> ImagebuilderImageRecipeComponent:
        if component.document:
            arn, identity = self._component(component, component.document)
        else:
            arn = identity = self._factory.external_component_arn(component)
        content.append([identity, component.parameters])
        return ImagebuilderImageRecipeComponent(component_arn=arn, parameter=_parameters(component.parameters))

    def _component(self, component: Component, document: ComponentDocument) -> tuple[str, str]:
        image = self._factory.image
        name = self._factory.names.component(str(component.label))
        described = {
            "name": name,
            "platform": image.platform,
            "description": escaped(component.description or f"{component.label} of {self._factory.names.image}"),
            "data": escaped(document.text),
        }
        major_minor = ".".join(image.version.split(".")[:2])
        number = version(major_minor, described)
        created = ImagebuilderComponent(
            self, f"component-{component.label}", **described, version=number, lifecycle=_REPLACED
        )
        return created.arn, f"{name}/{number}"


def _parameters(values: Mapping[str, str]) -> list[ImagebuilderImageRecipeComponentParameter] | None:
    if not values:
        return None
    return [
        ImagebuilderImageRecipeComponentParameter(name=name, value=escaped(value)) for name, value in values.items()
    ]


def _mapping(device: BlockDevice, key_arn: str) -> ImagebuilderImageRecipeBlockDeviceMapping:
    encryption: dict[str, Any] = {"encrypted": "false"}
    if not device.unencrypted_because:
        encryption = {"encrypted": "true", "kms_key_id": key_arn}
    return ImagebuilderImageRecipeBlockDeviceMapping(
        device_name=device.device,
        ebs=ImagebuilderImageRecipeBlockDeviceMappingEbs(
            **encryption,
            volume_size=device.size_gib,
            volume_type=device.type,
            iops=device.iops,
            throughput=device.throughput,
            delete_on_termination="true",
        ),
    )


def _identity(key_arn: str) -> str:
    """Name a key in a version: a brought key by its ARN, ours by its role, since AWS chooses its id."""
    return key_arn if key_arn.startswith("arn:") else "key of the deployment"
