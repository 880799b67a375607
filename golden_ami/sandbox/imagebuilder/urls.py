"""Where moto finds Image Builder; its operations have fixed paths, which botocore's model tells apart."""

from golden_ami.sandbox.imagebuilder.responses import ImageBuilderResponse

url_bases = [r"https?://imagebuilder\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/.*$": ImageBuilderResponse.dispatch}
