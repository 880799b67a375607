"""Inspector's findings on running instances, counted by AMI; moto answers what Inspector is told, and no findings.

Source: ListFindingAggregations, AmiAggregation, AmiAggregationResponse, SeverityCounts (Inspector API Reference). What
was found in an image is found on each of its running instances, with what has become known since. An AMI without
findings has no count, whether anything runs or not. Not documented, and assumed: that who has not activated Inspector
is refused. Findings one by one, and other counts, are not modelled, hence 501.
"""

from moto.inspector2 import urls

from golden_ami.sandbox.inspector2.responses import InspectorResponse

__all__ = ["install"]

_PATHS = ("{0}/findings/list$", "{0}/findings/aggregation/list$")


def install() -> None:
    """Answer for findings in place of moto."""
    urls.url_paths.update(dict.fromkeys(_PATHS, InspectorResponse.dispatch))
