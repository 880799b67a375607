"""What AWS itself offers to everybody, by name: components, base images and workflows.

The names are those of "Component manager", "Use managed components", "STIG hardening components" and "Managed images"
(Image Builder User Guide) and of the console, without the ones that AWS has withdrawn (``inspector-test-*`` went with
Inspector Classic on 2026-05-20). It is a selection: a name that is missing here is refused, and can be added.
"""

from typing import Final

LINUX: Final = "Linux"
WINDOWS: Final = "Windows"

_BOTH = (
    "amazon-cloudwatch-agent",
    "aws-cli-version-2",
    "aws-codedeploy-agent",
    "amazon-corretto-8",
    "amazon-corretto-11",
    "amazon-corretto-17",
    "amazon-corretto-21",
    "ebs-volume-usage-test",
    "eni-attachment-test",
    "hello-world",
    "powershell",
    "python-3",
    "reboot",
    "reboot-test",
    "scap-compliance-checker",
    "simple-boot-test",
    "stig-build",
    "update",
)
_LINUX = (
    "apt-repository-test-linux",
    "chrony-time-configuration-test",
    "docker-ce-centos",
    "docker-ce-linux",
    "docker-ce-ubuntu",
    "stig-build-linux-high",
    "stig-build-linux-low",
    "stig-build-linux-medium",
    "update-linux-kernel-5",
    "update-linux-kernel-mainline",
    "yum-repository-test-linux",
)
_WINDOWS = (
    "chocolatey",
    "ec2launch-v2-windows",
    "stig-build-windows-high",
    "stig-build-windows-low",
    "stig-build-windows-medium",
    "windows-activation-test",
    "windows-is-ready-with-password-generation-test",
    "windows-server-iis",
)

COMPONENTS: Final = (
    {f"{name}-linux": LINUX for name in _BOTH}
    | {f"{name}-windows": WINDOWS for name in _BOTH}
    | dict.fromkeys(_LINUX, LINUX)
    | dict.fromkeys(_WINDOWS, WINDOWS)
)
"""Platform of AWS-managed components by name."""

IMAGES: Final = {
    "amazon-linux-2023-arm64": LINUX,
    "amazon-linux-2023-x86": LINUX,
    "red-hat-enterprise-linux-9-x86": LINUX,
    "ubuntu-server-22-lts-arm64": LINUX,
    "ubuntu-server-22-lts-x86": LINUX,
    "ubuntu-server-24-lts-arm64": LINUX,
    "ubuntu-server-24-lts-x86": LINUX,
    "windows-server-2019-english-full-base-x86": WINDOWS,
    "windows-server-2022-english-core-base-x86": WINDOWS,
    "windows-server-2022-english-full-base-x86": WINDOWS,
    "windows-server-2025-english-full-base-x86": WINDOWS,
}
"""Platform of AWS-managed base images by name."""

WORKFLOWS: Final = frozenset(
    {
        "build/build-image",
        "build/build-container",
        "test/test-image",
        "test/test-container",
        "distribution/distribute-image",
    }
)
"""AWS-managed workflows by type and name."""
