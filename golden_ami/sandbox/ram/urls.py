"""Where moto finds RAM; its operations have fixed paths, which botocore's model tells apart."""

from golden_ami.sandbox.ram.responses import RamResponse

url_bases = [r"https?://ram\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/.*$": RamResponse.dispatch}
