"""How an approved image is taken back."""

from golden_ami.config.types import Flag, Model


class Revocation(Model):
    """How an approved image is taken back from everybody.

    Attributes
    ----------
    approval : bool
        Ask the approvers first, as many as an approval needs. Without it, whoever may revoke does so at once.
    disable : bool
        Disable the AMIs, too: nobody launches them any more, not even this account, until a rollback enables them.
    """

    approval: Flag = False
    disable: Flag = False
