"""An empty stack, without the AWS bindings: what cdktf itself costs, below which nothing of ours can go."""

from cdktf import App, TerraformStack

app = App()
TerraformStack(app, "empty")
app.synth()
