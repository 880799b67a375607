"""Laws of Image Builder's state, whatever is created and deleted in whatever order."""

import string
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from moto.core.exceptions import ServiceException

from golden_ami.sandbox.imagebuilder.arns import ResourceArn, slug
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend
from golden_ami.sandbox.imagebuilder.responses import ImageBuilderResponse
from golden_ami.sandbox.model import get_service_model
from golden_ami.sandbox.validation import problems
from tests.sandbox.conftest import COMPONENT

MODEL = get_service_model("imagebuilder")
NAME = st.from_regex(MODEL.shape_for("ResourceName").metadata["pattern"], fullmatch=True)
NODE = st.integers(min_value=0, max_value=2**30 - 1)
VERSION = st.tuples(NODE, NODE, NODE).map(lambda nodes: ".".join(map(str, nodes)))
SEGMENTS = st.sampled_from(["component", "image-recipe", "image-pipeline", "workflow/build", "workflow/distribution"])


def _arn(name="a", version="1.0.0", build=None, segment="component"):
    return ResourceArn(
        partition="aws",
        region="eu-west-1",
        account="222222222222",
        segment=segment,
        slug=slug(name),
        version=version,
        build=build,
    )


def _attempt(call, *arguments, **parameters):
    """Return what a call returns, and the code of its refusal."""
    try:
        return call(*arguments, **parameters), None
    except ServiceException as error:
        return None, error.code


@given(NAME)
def test_every_name_gives_an_arn_that_the_model_allows_and_names_that_differ_in_nothing_else_are_the_same(name):
    arn = _arn(name, build=1)
    assert list(problems(str(arn), MODEL.shape_for("ComponentBuildVersionArn"))) == []
    assert slug(slug(name)) == slug(name) == slug(name.upper()) == slug(name.replace(" ", "_"))


@given(NAME, VERSION, st.one_of(st.none(), st.integers(min_value=1, max_value=99)), SEGMENTS)
def test_an_arn_that_is_written_is_read_as_the_same(name, version, build, segment):
    arn = _arn(name, version, build, segment)
    assert ResourceArn.parse(str(arn)) == arn


@given(VERSION, VERSION, st.integers(0, 3))
def test_a_reference_covers_exactly_what_has_its_numbers(version, other, wildcards):
    nodes = version.split(".")
    reference = _arn(version=".".join(nodes[: 3 - wildcards] + ["x"] * wildcards))
    assert reference.covers(_arn(version=version, build=7))
    same = other.split(".")[: 3 - wildcards] == nodes[: 3 - wildcards]
    assert reference.covers(_arn(version=other, build=1)) is same
    assert not reference.covers(_arn(name="b", version=version))


@given(st.text(alphabet=string.printable, max_size=80))
def test_no_text_breaks_the_reader_of_arns(text):
    parsed, refusal = _attempt(ResourceArn.parse, text)
    assert str(parsed) == text or refusal == "InvalidParameterValueException"


numbers = count(1)


class Resources(RuleBasedStateMachine):
    """Creates and deletes at random; refusals are fine, a reference that leads nowhere is not."""

    components = Bundle("components")
    recipes = Bundle("recipes")
    configurations = Bundle("configurations")
    pipelines = Bundle("pipelines")

    def __init__(self):
        super().__init__()
        self.backend = ImageBuilderBackend("eu-west-1", "222222222222")

    def call(self, operation, **parameters):
        if operation.startswith(("Create", "Update")):
            parameters["clientToken"] = f"t{next(numbers)}"
        answer, refusal = _attempt(ImageBuilderResponse.operations[operation], self.backend, parameters)
        arns = [value for name, value in (answer or {}).items() if name.lower().endswith("arn")]
        return (arns[0] if arns else multiple()), refusal

    @rule(target=components, name=st.sampled_from(["one", "two"]), patch=st.integers(0, 2), text=st.sampled_from("ab"))
    def create_component(self, name, patch, text):
        document = COMPONENT + f"# {text}\n"
        arn, refusal = self.call(
            "CreateComponent", name=name, semanticVersion=f"1.0.{patch}", platform="Linux", data=document
        )
        assert refusal in {None, "ResourceAlreadyExistsException"}
        return arn

    @rule(target=recipes, component=components, form=st.sampled_from(["build", "version", "wildcard"]))
    def create_recipe(self, component, form):
        base = component.rsplit("/", 2)[0]
        reference = {"build": component, "version": component.rsplit("/", 1)[0], "wildcard": f"{base}/x.x.x"}[form]
        arn, refusal = self.call(
            "CreateImageRecipe",
            name=f"recipe {next(numbers)}",
            semanticVersion="1.0.0",
            parentImage="arn:aws:imagebuilder:eu-west-1:aws:image/amazon-linux-2023-x86/x.x.x",
            components=[{"componentArn": reference}],
        )
        assert refusal in {None, "ResourceNotFoundException"}
        return arn

    @rule(target=configurations)
    def create_distribution(self):
        targets = [{"region": "eu-west-1"}]
        arn, refusal = self.call(
            "CreateDistributionConfiguration", name=f"distribution {next(numbers)}", distributions=targets
        )
        assert refusal is None
        return arn

    @rule(target=pipelines, recipe=recipes, distribution=configurations)
    def create_pipeline(self, recipe, distribution):
        arn, refusal = self.call(
            "CreateImagePipeline",
            name=f"pipeline {next(numbers)}",
            imageRecipeArn=recipe,
            infrastructureConfigurationArn=distribution,
            distributionConfigurationArn=distribution,
        )
        assert refusal in {None, "ResourceNotFoundException"}
        return arn

    def delete(self, operation, parameter, arn):
        referenced = any(reference.covers(ResourceArn.parse(arn)) for reference in self.references())
        _, refusal = self.call(operation, **{parameter: arn})
        assert refusal in {None, "ResourceNotFoundException", "ResourceDependencyException"}
        assert referenced or refusal != "ResourceDependencyException"

    @rule(component=components)
    def delete_component(self, component):
        self.delete("DeleteComponent", "componentBuildVersionArn", component)

    @rule(recipe=recipes)
    def delete_recipe(self, recipe):
        self.delete("DeleteImageRecipe", "imageRecipeArn", recipe)

    @rule(distribution=configurations)
    def delete_distribution(self, distribution):
        self.delete("DeleteDistributionConfiguration", "distributionConfigurationArn", distribution)

    @rule(pipeline=consumes(pipelines))
    def delete_pipeline(self, pipeline):
        self.delete("DeleteImagePipeline", "imagePipelineArn", pipeline)

    def references(self):
        resources = self.backend._resources.values()
        return [reference for resource in resources for reference in resource.references]

    @invariant()
    def no_reference_leads_nowhere(self):
        for reference in self.references():
            assert self.backend.builds_of(reference), str(reference)


Resources.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestNoReferenceLeadsNowhere = Resources.TestCase
