"""Where Terraform keeps the state of a stack."""

from cdktf import CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, TerraformStack

from golden_ami.config.state import CloudState, LocalState, S3State


def keep_state(stack: TerraformStack, name: str, state: LocalState | S3State | CloudState) -> None:
    """Give a stack its backend.

    Parameters
    ----------
    stack : TerraformStack
        The stack.
    name : str
        The deployment's name; each has a state of its own.
    state : LocalState, S3State or CloudState
        As configured.
    """
    if isinstance(state, S3State):
        _s3(stack, name, state)
    elif isinstance(state, CloudState):
        CloudBackend(
            stack,
            hostname=state.hostname,
            organization=state.organization,
            workspaces=NamedCloudWorkspace(name=f"{state.workspace_prefix}-{name}", project=state.project),
        )
    else:
        # Relative to <output>/stacks/<name>, so that the output is the same on every machine.
        LocalBackend(stack, path=f"../../../terraform.{name}.tfstate")


def _s3(stack: TerraformStack, name: str, state: S3State) -> None:
    backend = S3Backend(
        stack,
        bucket=state.bucket,
        region=state.region,
        key=f"{state.key_prefix}/{name}.tfstate",
        encrypt=True,
        kms_key_id=state.kms_key,
    )
    # CDKTF 0.21 knows neither: locking by S3 itself came with Terraform 1.10, the nested assume_role with 1.6.
    backend.add_override("use_lockfile", True)
    if state.role:
        backend.add_override("assume_role", {"role_arn": state.role})
