"""Infrastructure, distribution, pipelines and policies: unique, complete, replaced as a whole."""

import pytest

from tests.sandbox.refusals import refused


def test_an_infrastructure_configuration_is_replaced_as_a_whole(factory, name, token):
    arn = factory.infrastructure(name, description="first", instanceTypes=["t3.large"], tags={"a": "b"})
    assert arn.endswith(f":infrastructure-configuration/{name}")
    with refused("ResourceAlreadyExistsException", "'InfrastructureConfiguration' already exists"):
        factory.infrastructure(name.upper())
    factory.builder.update_infrastructure_configuration(
        infrastructureConfigurationArn=arn, instanceProfileName=factory.profile, keyPair="k", clientToken=token
    )
    found = factory.builder.get_infrastructure_configuration(infrastructureConfigurationArn=arn)[
        "infrastructureConfiguration"
    ]
    assert {"description", "instanceTypes"}.isdisjoint(found)
    assert (found["name"], found["keyPair"], found["terminateInstanceOnFailure"]) == (name, "k", True)
    assert found["tags"] == {"a": "b"}
    assert found["dateUpdated"] >= found["dateCreated"]


@pytest.mark.parametrize(
    ("changes", "code", "why"),
    [
        ({"instanceProfileName": "none"}, "InvalidParameterValueException", "instance profile does not exist"),
        ({"subnetId": "subnet-1"}, "InvalidParameterCombinationException", "securityGroupIds"),
        ({"snsTopicArn": "arn:aws:sns:eu-west-1:222222222222:none"}, "InvalidParameterValueException", "no standard"),
        ({"snsTopicArn": "none"}, "InvalidParameterValueException", "must match pattern"),
        ({"resourceTags": {"Name": "x"}}, "InvalidParameterValueException", "'Name' is reserved"),
        ({"instanceMetadataOptions": {"httpTokens": "no"}}, "InvalidParameterValueException", "must match pattern"),
        (
            {"instanceMetadataOptions": {"httpPutResponseHopLimit": 65}},
            "InvalidParameterValueException",
            "instanceMetadataOptions.httpPutResponseHopLimit must be at most 64",
        ),
    ],
)
def test_an_infrastructure_that_cannot_work_is_refused(factory, name, changes, code, why):
    with refused(code, why):
        factory.infrastructure(name, **changes)


def test_notifications_go_to_a_topic_that_exists(local, factory, name):
    topic = local.client("sns").create_topic(Name=name)["TopicArn"]
    factory.infrastructure(name, snsTopicArn=topic)


def test_a_distribution_configuration_is_replaced_as_a_whole(factory, name, token):
    arn = factory.distribution(name, description="first")
    with refused("ResourceAlreadyExistsException"):
        factory.distribution(name)
    targets = [
        {
            "region": region,
            "amiDistributionConfiguration": {"name": "a-{{ imagebuilder:buildDate }}", "amiTags": {"a": "b"}},
        }
        for region in ("eu-west-1", "us-east-1")
    ]
    factory.builder.update_distribution_configuration(
        distributionConfigurationArn=arn, distributions=targets, clientToken=token
    )
    found = factory.builder.get_distribution_configuration(distributionConfigurationArn=arn)[
        "distributionConfiguration"
    ]
    assert (found["distributions"], found["name"], "description" in found) == (targets, name, False)
    listed = factory.builder.list_distribution_configurations(filters=[{"name": "name", "values": [name]}])
    assert listed["distributionConfigurationSummaryList"][0]["regions"] == ["eu-west-1", "us-east-1"]


@pytest.mark.parametrize(
    ("distributions", "why"),
    [
        ([{"region": "eu-west-1"}, {"region": "eu-west-1"}], "appears more than once"),
        ([{"region": "eu-west-9"}], "is not a Region"),
        ([{"region": "eu-west-1", "amiDistributionConfiguration": {"name": "fixed"}}], "imagebuilder:buildDate"),
        (
            [
                {
                    "region": "eu-west-1",
                    "amiDistributionConfiguration": {"launchPermission": {"userGroups": ["some"]}},
                }
            ],
            "only supported value is all",
        ),
        (
            [{"region": "eu-west-1", "amiDistributionConfiguration": {"targetAccountIds": ["12"]}}],
            "distributions[0].amiDistributionConfiguration.targetAccountIds[0] must match pattern",
        ),
    ],
)
def test_a_distribution_that_cannot_work_is_refused(factory, name, distributions, why):
    with refused("InvalidParameterValueException", why):
        factory.distribution(name, distributions=distributions)


@pytest.fixture
def parts(factory, name):
    return factory.recipe(name), factory.infrastructure(name)


def test_a_pipeline_has_the_services_defaults(factory, name, parts):
    arn = factory.pipeline(name, *parts, schedule={"scheduleExpression": "cron(0 6 ? * MON *)"})
    found = factory.builder.get_image_pipeline(imagePipelineArn=arn)["imagePipeline"]
    assert (found["status"], found["platform"], found["enhancedImageMetadataEnabled"]) == ("ENABLED", "Linux", True)
    assert found["imageTestsConfiguration"] == {"imageTestsEnabled": True, "timeoutMinutes": 720}
    assert found["schedule"]["timezone"] == "UTC"
    with refused("ResourceAlreadyExistsException", "'ImagePipeline' already exists"):
        factory.pipeline(name, *parts)


def test_a_pipeline_is_replaced_as_a_whole(factory, name, parts, token):
    recipe, infrastructure = parts
    arn = factory.pipeline(name, *parts, status="DISABLED", schedule={"scheduleExpression": "rate(1 day)"})
    newer = factory.recipe(name, semanticVersion="1.0.1")
    factory.builder.update_image_pipeline(
        imagePipelineArn=arn, imageRecipeArn=newer, infrastructureConfigurationArn=infrastructure, clientToken=token
    )
    found = factory.builder.get_image_pipeline(imagePipelineArn=arn)["imagePipeline"]
    assert (found["imageRecipeArn"], found["status"], "schedule" in found) == (newer, "ENABLED", False)
    factory.builder.delete_image_recipe(imageRecipeArn=recipe)
    with refused("ResourceDependencyException"):
        factory.builder.delete_image_recipe(imageRecipeArn=newer)


WORKFLOW = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/{}/x.x.x"


@pytest.mark.parametrize(
    ("changes", "code", "why"),
    [
        ({"imageRecipeArn": "…:image-recipe/none/1.0.0"}, "ResourceNotFoundException", "does not exist"),
        (
            {"infrastructureConfigurationArn": "…:infrastructure-configuration/none"},
            "ResourceNotFoundException",
            "does not exist",
        ),
        (
            {"distributionConfigurationArn": "…:distribution-configuration/none"},
            "ResourceNotFoundException",
            "does not exist",
        ),
        ({"containerRecipeArn": "…:container-recipe/a/1.0.0"}, "InvalidParameterValueException", "exactly one"),
        ({"schedule": {"scheduleExpression": "cron(0 6 * * *)"}}, "InvalidParameterValueException", "six fields"),
        ({"schedule": {"scheduleExpression": "rate(2 day)"}}, "InvalidParameterValueException", "six fields"),
        (
            {"imageTestsConfiguration": {"timeoutMinutes": 1441}},
            "InvalidParameterValueException",
            "timeoutMinutes must be at most 1440",
        ),
        (
            {"workflows": [{"workflowArn": WORKFLOW.format("build-image")}]},
            "InvalidParameterCombinationException",
            "executionRole",
        ),
        (
            {"workflows": [{"workflowArn": WORKFLOW.format("none")}], "executionRole": "role"},
            "ResourceNotFoundException",
            "does not exist",
        ),
    ],
)
def test_a_pipeline_that_cannot_work_is_refused(factory, name, parts, token, changes, code, why):
    recipe, infrastructure = parts
    account = "arn:aws:imagebuilder:eu-west-1:222222222222"
    changes = {k: v.replace("…", account) if isinstance(v, str) else v for k, v in changes.items()}
    parameters = {"imageRecipeArn": recipe, "infrastructureConfigurationArn": infrastructure}
    with refused(code, why):
        factory.builder.create_image_pipeline(name=name, clientToken=token, **parameters | changes)


def test_container_recipes_do_not_exist_here(factory, name, parts, token):
    recipe = "arn:aws:imagebuilder:eu-west-1:222222222222:container-recipe/a/1.0.0"
    with refused("ResourceNotFoundException", recipe):
        factory.builder.create_image_pipeline(
            name=name, containerRecipeArn=recipe, infrastructureConfigurationArn=parts[1], clientToken=token
        )


def test_scanning_needs_inspector(local, factory, name, parts):
    scanning = {"imageScanningConfiguration": {"imageScanningEnabled": True}}
    inspector = local.client("inspector2")
    inspector.disable(accountIds=["222222222222"], resourceTypes=["EC2"])
    with refused(
        "ResourceDependencyException", "Inspector is not enabled for 'ec2' resources in account '222222222222'"
    ):
        factory.pipeline(name, *parts, **scanning)
    inspector.enable(accountIds=["222222222222"], resourceTypes=["EC2"])
    factory.pipeline(name, *parts, **scanning)


def test_own_workflows_are_needed_by_their_pipelines(factory, name, parts, token):
    workflow = factory.builder.create_workflow(
        name=name,
        semanticVersion="1.0.0",
        type="BUILD",
        data="schemaVersion: 1.0\nsteps:\n  - {name: Launch, action: LaunchInstance}\n",
        clientToken=token,
    )["workflowBuildVersionArn"]
    workflows = [{"workflowArn": workflow}, {"workflowArn": WORKFLOW.format("build-image")}]
    pipeline = factory.pipeline(name, *parts, workflows=workflows, executionRole="role")
    with refused("ResourceDependencyException"):
        factory.builder.delete_workflow(workflowBuildVersionArn=workflow)
    factory.builder.delete_image_pipeline(imagePipelineArn=pipeline)
    factory.builder.delete_workflow(workflowBuildVersionArn=workflow)


def test_what_a_pipeline_needs_cannot_be_deleted(factory, name):
    component = factory.component(name)
    recipe, infrastructure = factory.recipe(name, component), factory.infrastructure(name)
    distribution = factory.distribution(name)
    pipeline = factory.pipeline(name, recipe, infrastructure, distributionConfigurationArn=distribution)
    builder = factory.builder
    deletions = [
        (builder.delete_image_recipe, {"imageRecipeArn": recipe}),
        (builder.delete_infrastructure_configuration, {"infrastructureConfigurationArn": infrastructure}),
        (builder.delete_distribution_configuration, {"distributionConfigurationArn": distribution}),
        (builder.delete_component, {"componentBuildVersionArn": component}),
    ]
    for delete, arn in deletions:
        expected = f"Resource dependency error: The resource ARN '{next(iter(arn.values()))}' has other resources"
        with refused("ResourceDependencyException", expected):
            delete(**arn)
    builder.delete_image_pipeline(imagePipelineArn=pipeline)
    for delete, arn in deletions:
        delete(**arn)


def test_a_wildcard_needs_one_version_not_a_certain_one(factory, name):
    first, second = factory.component(name), factory.component(name, semanticVersion="1.0.1")
    factory.recipe(name, first.rsplit("/", 2)[0] + "/x.x.x")
    factory.builder.delete_component(componentBuildVersionArn=first)
    with refused("ResourceDependencyException"):
        factory.builder.delete_component(componentBuildVersionArn=second)


DELETE_RULE = {"action": {"type": "DELETE"}, "filter": {"type": "AGE", "value": 6, "unit": "YEARS"}}


@pytest.fixture
def role(local, name):
    document = '{"Version":"2012-10-17","Statement":[]}'
    return local.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]


def _policy(factory, name, token, role, **changes):
    parameters = {
        "executionRole": role,
        "resourceType": "AMI_IMAGE",
        "policyDetails": [DELETE_RULE],
        "resourceSelection": {"tagMap": {"a": "b"}},
    } | changes
    return factory.builder.create_lifecycle_policy(name=name, clientToken=token, **parameters)["lifecyclePolicyArn"]


def test_a_lifecycle_policy_is_replaced_as_a_whole(factory, name, token, role):
    arn = _policy(factory, name, token, role, description="first", status="DISABLED")
    with refused("ResourceAlreadyExistsException", "'LifecyclePolicy' already exists"):
        _policy(factory, name, token + "-2", role)
    update = {
        "lifecyclePolicyArn": arn,
        "executionRole": role,
        "policyDetails": [DELETE_RULE],
        "resourceSelection": {"recipes": [{"name": "a-recipe", "semanticVersion": "1.0.0"}]},
    }
    factory.builder.update_lifecycle_policy(resourceType="AMI_IMAGE", clientToken=token + "-3", **update)
    found = factory.builder.get_lifecycle_policy(lifecyclePolicyArn=arn)["lifecyclePolicy"]
    assert (found["status"], "description" in found, found["name"]) == ("ENABLED", False, name)
    assert found["dateUpdated"] >= found["dateCreated"]
    with refused("InvalidParameterValueException", "cannot be changed"):
        factory.builder.update_lifecycle_policy(resourceType="CONTAINER_IMAGE", clientToken=token + "-4", **update)
    filters = [{"name": "resourceType", "values": ["AMI_IMAGE"]}, {"name": "name", "values": [name]}]
    assert len(factory.builder.list_lifecycle_policies(filters=filters)["lifecyclePolicySummaryList"]) == 1
    factory.builder.delete_lifecycle_policy(lifecyclePolicyArn=arn)
    with refused("ResourceNotFoundException"):
        factory.builder.get_lifecycle_policy(lifecyclePolicyArn=arn)


@pytest.mark.parametrize(
    ("changes", "code", "why"),
    [
        ({"resourceSelection": {}}, "InvalidParameterValueException", "exactly one"),
        ({"policyDetails": [DELETE_RULE, DELETE_RULE]}, "InvalidParameterValueException", "one rule for each action"),
        (
            {
                "resourceType": "CONTAINER_IMAGE",
                "policyDetails": [DELETE_RULE | {"action": {"type": "DEPRECATE"}}],
            },
            "InvalidParameterCombinationException",
            "only the action DELETE",
        ),
        ({"executionRole": "nobody"}, "InvalidParameterValueException", "does not exist"),
    ],
)
def test_a_lifecycle_policy_that_cannot_work_is_refused(factory, name, token, role, changes, code, why):
    with refused(code, why):
        _policy(factory, name, token, role, **changes)
