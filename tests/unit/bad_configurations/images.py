"""Images and components."""

from tests.unit.bad_configurations import Case

CASES: list[Case] = [
    (
        "unknown key of an image",
        [("images.web.parnt", "x")],
        ["images.web.parnt: is not a key here; remove it or mend its spelling"],
    ),
    ("no images", [("images", {})], ["images: has 0 entries and needs 1; add some"]),
    ("no parent", [("images.web.parent", Ellipsis)], ["images.web.parent: is missing; add it"]),
    (
        "image name",
        [
            (
                "images",
                {
                    "Web Server": {
                        "description": "A web server",
                        "version": "1.0",
                        "parent": "ssm:/aws/service/ami-amazon-linux-latest/al2023",
                        "components": [{"aws": "update-linux"}, {"file": "components/web-server.yaml"}],
                    }
                },
            )
        ],
        [
            "images.Web Server: 'Web Server' is not a name; use lower-case letters, digits and single hyphens, like web-server"
        ],
    ),
    (
        "version of one number",
        [("images.web.version", "1")],
        ['images.web.version: \'1\' is no version; write "1.0" (or "1.0.3" to fix the patch number)'],
    ),
    ("version as a number", [("images.web.version", 1.0)], ['images.web.version: 1.0 is a number; quote it: "1.0"']),
    (
        "parent by wish",
        [("images.web.parent", "Amazon Linux")],
        [
            "images.web.parent: 'Amazon Linux' is no parent image; write ssm:/path, aws:amazon-linux-2023-x86, an AMI id or an Image Builder image ARN"
        ],
    ),
    (
        "AMI id in two Regions",
        [
            ("images.web.parent", "ami-0123456789abcdef0"),
            (
                "deployments.other",
                {"account": "333333333333", "region": "eu-central-1", "approval": {"approvers": ["role/A"]}},
            ),
        ],
        [
            "deployments.other.images.web: images.web.parent is an AMI id, which exists in one Region, and the image is built in 2; use ssm: or aws:, which work in every Region",
            "deployments.prod-eu.images.web: images.web.parent is an AMI id, which exists in one Region, and the image is built in 2; use ssm: or aws:, which work in every Region",
        ],
    ),
    (
        "component ARN of another Region",
        [("images.web.components", [{"arn": "arn:aws:imagebuilder:us-east-1:aws:component/update-linux/x.x.x"}])],
        [
            "deployments.prod-eu.images.web: images.web.components[0].arn is of us-east-1 and cannot be used in eu-west-1; use ssm:, aws: or a file, which work in every Region"
        ],
    ),
    (
        "instance type of another processor",
        [("images.web.instance_types", ["t4g.medium"])],
        ["images.web.instance_types[0]: t4g.medium is arm64 but the image is x86_64; change one of them"],
    ),
    (
        "instance type that is none",
        [("images.web.instance_types", ["large"])],
        ["images.web.instance_types[0]: 'large' is no instance type; write it like t3.medium"],
    ),
    (
        "scanning without tests",
        [("images.web.tests", {"enabled": False})],
        [
            "images.web.tests.enabled: Inspector scans the test instance, so scanning needs tests; enable them, or give scanning.disabled_because"
        ],
    ),
    (
        "test timeout",
        [("images.web.tests", {"timeout_minutes": 5})],
        ["images.web.tests.timeout_minutes: 5 is less than 60; raise it"],
    ),
    (
        "component without a source",
        [("images.web.components", [{}])],
        ["images.web.components[0]: needs exactly one of file, aws and arn, and has none of them; keep one"],
    ),
    (
        "component with two sources",
        [("images.web.components", [{"aws": "update-linux", "file": "components/hardening.yaml"}])],
        ["images.web.components[0]: needs exactly one of file, aws and arn, and has file and aws; keep one"],
    ),
    (
        "component file that is missing",
        [("images.web.components", [{"file": "components/nothing.yaml"}])],
        [
            "images.web.components[0].file: components/nothing.yaml cannot be read: No such file or directory; name a component document"
        ],
    ),
    (
        "component file that is a folder",
        [("images.web.components", [{"file": "components"}])],
        ["images.web.components[0].file: components cannot be read: Is a directory; name a component document"],
    ),
    (
        "parameter that the component lacks",
        [("images.web.components", [{"file": "components/web-server.yaml", "parameters": {"Prot": "80"}}])],
        [
            "images.web.components[0].parameters.Prot: components/web-server.yaml declares no such parameter (it has: ServerName); remove it"
        ],
    ),
    (
        "Linux component on Windows",
        [("images.web.platform", "Windows")],
        [
            "images.web.components[1].file: components/web-server.yaml runs on Linux only, and the image is Windows; use another file"
        ],
    ),
    (
        "component twice",
        [("images.web.components", [{"file": "components/hardening.yaml"}, {"file": "components/hardening.yaml"}])],
        ["images.web.components[1].name: 'hardening' is there twice; remove one"],
    ),
    (
        "21 components",
        [
            (
                "images.web.components",
                [
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                    {"aws": "update-linux"},
                ],
            )
        ],
        ["images.web.components: has 21 entries and may have 20; remove some"],
    ),
    (
        "name of a managed component",
        [("images.web.components", [{"aws": "update-linux", "name": "mine"}])],
        ["images.web.components[0].name: belongs to a component from a file; remove it, aws has its own name"],
    ),
    (
        "iops of gp2",
        [("images.web.block_devices", [{"type": "gp2", "iops": 3000}])],
        ["images.web.block_devices[0].iops: gp2 volumes take no iops; remove it or use gp3, io1 or io2"],
    ),
    (
        "io2 without iops",
        [("images.web.block_devices", [{"type": "io2"}])],
        ["images.web.block_devices[0].iops: io2 volumes need iops; add it or use gp3"],
    ),
    (
        "volume of 0 GiB",
        [("images.web.block_devices", [{"size_gib": 0}])],
        ["images.web.block_devices[0].size_gib: 0 is less than 1; raise it"],
    ),
    (
        "device name",
        [("images.web.block_devices", [{"device": "xvda"}])],
        ["images.web.block_devices[0].device: 'xvda' is no device name; write it like /dev/xvda"],
    ),
    (
        "device twice",
        [("images.web.block_devices", [{}, {}])],
        ["images.web.block_devices[1].device: '/dev/xvda' is there twice; remove one"],
    ),
    (
        "interpolation in a description",
        [("images.web.description", "{{ global:REGION }}")],
        ["images.web.description: '{{ global:REGION }}' holds '{{', which Systems Manager would expand; leave it out"],
    ),
    (
        "template in a description",
        [("images.web.description", "${path.root}")],
        ["images.web.description: '${path.root}' holds '${', which Terraform would expand; leave it out"],
    ),
]
