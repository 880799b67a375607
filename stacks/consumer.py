"""The stack of a consumer: a launch template that follows an approved image, and what looks after its instances."""

import json

from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.autoscaling_group import AutoscalingGroup, AutoscalingGroupLaunchTemplate
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.launch_template import (
    LaunchTemplate,
    LaunchTemplateIamInstanceProfile,
    LaunchTemplateMetadataOptions,
    LaunchTemplateTagSpecifications,
)
from cdktf_cdktf_provider_aws.scheduler_schedule import SchedulerSchedule
from constructs import Construct

from golden_ami.config import Config
from golden_ami.config.consumer import Consumer, Group
from golden_ami.names import IMAGE_TAG, METRICS, ConsumerNames, DeploymentNames, ImageNames
from golden_ami.permissions import (
    automation_trust,
    consumer_schedule_statements,
    consumer_statements,
    scheduler_trust,
)
from golden_ami.runbooks import consumer_check_runbook
from stacks.account import provide
from stacks.backend import keep_state
from stacks.document import automation_document
from stacks.role import Role
from stacks.schedule import start_by_scheduler
from stacks.text import digest


class ConsumerStack(TerraformStack):
    """What follows an approved image in an account that receives it.

    Parameters
    ----------
    config : Config
        The whole configuration.

    Notes
    -----
    Which AMI is launched is decided by the factory's parameter at each launch; no plan shows it.
    """

    def __init__(self, scope: Construct, id: str, *, config: Config) -> None:
        super().__init__(scope, id)
        consumer = config.consumers[id]
        factory = config.deployments[consumer.deployment].names(consumer.deployment)
        names = ConsumerNames(
            consumer=id,
            scope=DeploymentNames(deployment=id, account=consumer.account, region=consumer.region),
            source=ImageNames(scope=factory, image=consumer.image),
        )
        keep_state(self, id, config.state)
        provide(self, consumer.account, consumer.region, assume_role=consumer.assume_role, tags=config.common_tags())
        template = self._template(consumer, names)
        if consumer.group:
            self._group(consumer.group, names, template)
        self._check(consumer, names)
        self._alarm(consumer, names)
        TerraformOutput(self, "launch_template_id", value=template.id)

    def _template(self, consumer: Consumer, names: ConsumerNames) -> LaunchTemplate:
        profile = consumer.instance_role.rpartition("/")[2] if consumer.instance_role else None
        tags = {IMAGE_TAG: consumer.image, "Name": names.base}
        return LaunchTemplate(
            self,
            "template",
            name=names.base,
            description=f"Instances of the golden image {consumer.image}",
            image_id=f"resolve:ssm:{names.parameter_arn}",
            instance_type=consumer.instance_type,
            vpc_security_group_ids=list(consumer.security_groups) or None,
            iam_instance_profile=LaunchTemplateIamInstanceProfile(name=profile) if profile else None,
            metadata_options=LaunchTemplateMetadataOptions(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            # By this tag instances are found that run an AMI which nobody here can see any more.
            tag_specifications=[
                LaunchTemplateTagSpecifications(resource_type=kind, tags=tags) for kind in ("instance", "volume")
            ],
            update_default_version=True,
        )

    def _group(self, group: Group, names: ConsumerNames, template: LaunchTemplate) -> None:
        AutoscalingGroup(
            self,
            "group",
            name=names.base,
            min_size=group.min_size,
            max_size=group.max_size,
            vpc_zone_identifier=list(group.subnets),
            launch_template=AutoscalingGroupLaunchTemplate(id=template.id, version="$Default"),
            # How many run between the limits is not Terraform's business.
            lifecycle={"ignore_changes": ["desired_capacity"]},
        )

    def _check(self, consumer: Consumer, names: ConsumerNames) -> None:
        text = consumer_check_runbook(names, consumer.group).render()
        role = Role(
            self,
            "check-role",
            name=names.check.role,
            description=f"Assumed by {names.check.document}",
            trust=automation_trust(names.scope),
            statements=consumer_statements(names, refreshes=consumer.group is not None),
        )
        document = automation_document(
            self, "check", name=names.check.document, text=text, version_name=digest(text)[:16], depends_on=role.policy
        )
        starter = Role(
            self,
            "schedule-role",
            name=names.schedule_role,
            description=f"EventBridge Scheduler starts {names.check.document}",
            trust=scheduler_trust(names.scope),
            statements=consumer_schedule_statements(names),
        )
        SchedulerSchedule(
            self,
            "schedule",
            name=names.base,
            description=f"Starts {names.check.document}",
            schedule_expression=f"rate({consumer.check_minutes} minutes)",
            flexible_time_window={"mode": "OFF"},
            target={
                "arn": start_by_scheduler(names.scope.partition),
                "role_arn": starter.arn,
                "input": json.dumps({"DocumentName": document.name}),
                "retry_policy": {"maximum_event_age_in_seconds": 300, "maximum_retry_attempts": 2},
            },
            depends_on=[starter.policy],
        )

    def _alarm(self, consumer: Consumer, names: ConsumerNames) -> None:
        hears = [consumer.alarm_topic] if consumer.alarm_topic else None
        CloudwatchMetricAlarm(
            self,
            "alarm",
            alarm_name=f"{names.base}-revoked",
            alarm_description=f"Instances run an image of {consumer.image} that was taken back, or nobody looks",
            namespace=METRICS,
            metric_name="InstancesOfRevokedImages",
            dimensions={"Consumer": names.consumer},
            statistic="Maximum",
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            evaluation_periods=1,
            # Two checks fit in, and one may be late.
            period=2 * 60 * consumer.check_minutes,
            # No count means that the check does not run.
            treat_missing_data="breaching",
            alarm_actions=hears,
            ok_actions=hears,
        )
