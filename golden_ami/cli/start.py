"""``golden-ami start``: build an image, and have people asked."""

import json
from typing import Annotated

import typer
from rich.console import Console

from golden_ami.cli.arguments import ImageName, Interval
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.output import Format
from golden_ami.cli.watch import follow
from golden_ami.cli.words import said
from golden_ami.operate.starting import start_approval
from golden_ami.operate.watching import INTERVAL


@operating
def start(
    operator: Operator,
    image: ImageName,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Follow it to its end, as `watch` does; Ctrl-C leaves it alone.")
    ] = False,
    interval: Interval = INTERVAL,
) -> None:
    """Build an image, and ask its approvers.

    golden-ami start web-server --wait
    """
    place = operator.place
    execution = start_approval(place, place.factory(image))

    def view(console: Console) -> None:
        console.print(said("Started ", (execution, "bold"), f" for {image} in {place.deployment}."))
        if not wait:
            console.print(said(f"Watch it: golden-ami watch {execution}"))

    data = {"execution": execution, "image": image, "deployment": place.deployment}
    if wait and operator.output.format is Format.json and not operator.output.quiet:
        typer.echo(json.dumps({"event": "started", **data}))
    else:
        operator.output.show(data, view, [execution])
    if wait:
        follow(operator, execution, interval)
