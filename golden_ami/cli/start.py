"""``golden-ami start``: build an image, and have people asked."""

from typing import Annotated

import typer
from rich.console import Console

from golden_ami.cli.operating import Operator, operating
from golden_ami.operate.starting import start_approval


@operating
def start(
    operator: Operator,
    image: Annotated[str, typer.Argument(help="Name of the image in the configuration.")],
) -> None:
    """Build an image, and ask its approvers.

    golden-ami start web-server
    """
    place = operator.place
    execution = start_approval(place, place.factory(image))

    def view(console: Console) -> None:
        console.print(f"Started [bold]{execution}[/] for {image} in {place.deployment}.")
        console.print(f"Watch it: golden-ami watch {execution}")

    data = {"execution": execution, "image": image, "deployment": place.deployment}
    operator.output.show(data, view, [execution])
