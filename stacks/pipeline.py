"""The pipeline of an image: recipe, where it builds, and where it keeps what it built."""

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.imagebuilder_distribution_configuration import (
    ImagebuilderDistributionConfiguration,
    ImagebuilderDistributionConfigurationDistribution,
    ImagebuilderDistributionConfigurationDistributionAmiDistributionConfiguration,
)
from cdktf_cdktf_provider_aws.imagebuilder_image_pipeline import ImagebuilderImagePipeline
from cdktf_cdktf_provider_aws.imagebuilder_infrastructure_configuration import (
    ImagebuilderInfrastructureConfiguration,
)
from constructs import Construct

from golden_ami.config import ImageFactory
from golden_ami.config.account import Network
from golden_ami.names import IMAGE_TAG
from stacks.recipe import Recipe
from stacks.text import escaped

_DEFAULT_INSTANCE_TYPES = {"x86_64": ["t3.medium"], "arm64": ["t4g.medium"]}


class Pipeline(Construct):
    """A pipeline that only people and the runbook start: it has no schedule of its own.

    Parameters
    ----------
    factory : ImageFactory
        The image.
    keys : mapping of str to str
        Region to key ARN, the home Region first.
    profile_name, log_bucket, topic_arn : str
        Instance profile, bucket and topic of the deployment.
    network : Network or None
        Where instances run.
    tags : mapping of str to str
        Tags of instances and AMIs, which the provider's default tags do not reach.

    Attributes
    ----------
    arn, recipe_arn : str
        ARNs.
    recipe_version : str
        Current version of the recipe.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        factory: ImageFactory,
        keys: Mapping[str, str],
        profile_name: str,
        log_bucket: str,
        topic_arn: str,
        network: Network | None,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id)
        names, image = factory.names, factory.image
        tagged = {**tags, IMAGE_TAG: names.image}
        recipe = Recipe(self, "recipe", factory=factory, key_arn=keys[factory.regions[0]])
        infrastructure = ImagebuilderInfrastructureConfiguration(
            self,
            "infrastructure",
            name=names.base,
            instance_profile_name=profile_name,
            instance_types=list(image.instance_types) or _DEFAULT_INSTANCE_TYPES[image.architecture],
            subnet_id=network.subnet if network else None,
            security_group_ids=list(network.security_groups) if network else None,
            instance_metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
            logging={"s3_logs": {"s3_bucket_name": log_bucket, "s3_key_prefix": names.image}},
            sns_topic_arn=topic_arn,
            terminate_instance_on_failure=True,
            resource_tags=tagged,
        )
        distribution = ImagebuilderDistributionConfiguration(
            self,
            "distribution",
            name=names.base,
            distribution=_private_copies(factory, keys, tagged),
        )
        pipeline = ImagebuilderImagePipeline(
            self,
            "pipeline",
            name=names.base,
            description=escaped(image.description),
            image_recipe_arn=recipe.arn,
            infrastructure_configuration_arn=infrastructure.arn,
            distribution_configuration_arn=distribution.arn,
            image_tests_configuration={
                "image_tests_enabled": image.tests.enabled,
                "timeout_minutes": image.tests.timeout_minutes,
            },
            image_scanning_configuration={"image_scanning_enabled": image.scanning.enabled},
            enhanced_image_metadata_enabled=True,
            status="ENABLED",
        )
        self.arn = pipeline.arn
        self.recipe_arn = recipe.arn
        self.recipe_version = recipe.version


def _private_copies(
    factory: ImageFactory, keys: Mapping[str, str], tags: Mapping[str, str]
) -> Sequence[ImagebuilderDistributionConfigurationDistribution]:
    """Describe one AMI a Region, with no launch permission: Image Builder would grant it before the approval."""
    return [
        ImagebuilderDistributionConfigurationDistribution(
            region=region,
            ami_distribution_configuration=ImagebuilderDistributionConfigurationDistributionAmiDistributionConfiguration(
                name=f"{factory.names.base}-{{{{ imagebuilder:buildDate }}}}",
                description=escaped(factory.image.description),
                kms_key_id=keys[region],
                ami_tags=dict(tags),
            ),
        )
        for region in factory.regions
    ]
