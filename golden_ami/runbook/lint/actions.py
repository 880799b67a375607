"""What IAM calls an API: mostly the service's signing name and the API's own name, and the exceptions to that.

Source: the Service Authorization Reference of 2026-04, with whose actions every API of botocore 1.40 (2025-07) was
compared; a younger API is taken to be named alike. For S3, "Required permissions for Amazon S3 API operations" (S3 User
Guide). IAM reads actions without regard to case, so names that differ in it alone are no exceptions.
"""

from golden_ami.runbook.lint import models

_PREFIXES = {
    "cloudcontrol": "cloudformation",
    "cloudwatch": "cloudwatch",
    "iot-data": "iot",
    "iot-jobs-data": "iotjobsdata",
    "iotsecuretunneling": "iot",
    "mturk": "mechanicalturk",
    "partnercentral-benefits": "partnercentral",
    "partnercentral-selling": "partnercentral",
    "resourcegroupstaggingapi": "tag",
}
"""Services whose prefix is neither their signing name nor their endpoint's."""

_ACTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "bedrock-runtime": {
        "Converse": ("bedrock:InvokeModel",),
        "ConverseStream": ("bedrock:InvokeModelWithResponseStream",),
        "StartAsyncInvoke": ("bedrock:InvokeModel",),
    },
    "kms": {"ReEncrypt": ("kms:ReEncryptFrom", "kms:ReEncryptTo")},
    "lambda": {
        "GetLayerVersionByArn": ("lambda:GetLayerVersion",),
        "Invoke": ("lambda:InvokeFunction",),
        "InvokeWithResponseStream": ("lambda:InvokeFunction",),
    },
    "s3": {
        "CompleteMultipartUpload": ("s3:PutObject",),
        "CopyObject": ("s3:GetObject", "s3:PutObject"),
        "CreateMultipartUpload": ("s3:PutObject",),
        "DeleteBucketAnalyticsConfiguration": ("s3:PutAnalyticsConfiguration",),
        "DeleteBucketCors": ("s3:PutBucketCORS",),
        "DeleteBucketEncryption": ("s3:PutEncryptionConfiguration",),
        "DeleteBucketIntelligentTieringConfiguration": ("s3:PutIntelligentTieringConfiguration",),
        "DeleteBucketInventoryConfiguration": ("s3:PutInventoryConfiguration",),
        "DeleteBucketLifecycle": ("s3:PutLifecycleConfiguration",),
        "DeleteBucketMetricsConfiguration": ("s3:PutMetricsConfiguration",),
        "DeleteBucketOwnershipControls": ("s3:PutBucketOwnershipControls",),
        "DeleteBucketReplication": ("s3:PutReplicationConfiguration",),
        "DeleteBucketTagging": ("s3:PutBucketTagging",),
        "DeleteObjects": ("s3:DeleteObject",),
        "DeletePublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
        "GetBucketAccelerateConfiguration": ("s3:GetAccelerateConfiguration",),
        "GetBucketAnalyticsConfiguration": ("s3:GetAnalyticsConfiguration",),
        "GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
        "GetBucketIntelligentTieringConfiguration": ("s3:GetIntelligentTieringConfiguration",),
        "GetBucketInventoryConfiguration": ("s3:GetInventoryConfiguration",),
        "GetBucketLifecycle": ("s3:GetLifecycleConfiguration",),
        "GetBucketLifecycleConfiguration": ("s3:GetLifecycleConfiguration",),
        "GetBucketMetricsConfiguration": ("s3:GetMetricsConfiguration",),
        "GetBucketNotificationConfiguration": ("s3:GetBucketNotification",),
        "GetBucketReplication": ("s3:GetReplicationConfiguration",),
        "GetObjectLockConfiguration": ("s3:GetBucketObjectLockConfiguration",),
        "GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
        "HeadBucket": ("s3:ListBucket",),
        "HeadObject": ("s3:GetObject",),
        "ListBucketAnalyticsConfigurations": ("s3:GetAnalyticsConfiguration",),
        "ListBucketIntelligentTieringConfigurations": ("s3:GetIntelligentTieringConfiguration",),
        "ListBucketInventoryConfigurations": ("s3:GetInventoryConfiguration",),
        "ListBucketMetricsConfigurations": ("s3:GetMetricsConfiguration",),
        "ListBuckets": ("s3:ListAllMyBuckets",),
        "ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
        "ListObjectVersions": ("s3:ListBucketVersions",),
        "ListObjects": ("s3:ListBucket",),
        "ListObjectsV2": ("s3:ListBucket",),
        "ListParts": ("s3:ListMultipartUploadParts",),
        "PutBucketAccelerateConfiguration": ("s3:PutAccelerateConfiguration",),
        "PutBucketAnalyticsConfiguration": ("s3:PutAnalyticsConfiguration",),
        "PutBucketEncryption": ("s3:PutEncryptionConfiguration",),
        "PutBucketIntelligentTieringConfiguration": ("s3:PutIntelligentTieringConfiguration",),
        "PutBucketInventoryConfiguration": ("s3:PutInventoryConfiguration",),
        "PutBucketLifecycle": ("s3:PutLifecycleConfiguration",),
        "PutBucketLifecycleConfiguration": ("s3:PutLifecycleConfiguration",),
        "PutBucketMetricsConfiguration": ("s3:PutMetricsConfiguration",),
        "PutBucketNotificationConfiguration": ("s3:PutBucketNotification",),
        "PutBucketReplication": ("s3:PutReplicationConfiguration",),
        "PutObjectLockConfiguration": ("s3:PutBucketObjectLockConfiguration",),
        "PutPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
        "SelectObjectContent": ("s3:GetObject",),
        "UploadPart": ("s3:PutObject",),
        "UploadPartCopy": ("s3:GetObject", "s3:PutObject"),
    },
    "sns": {"PublishBatch": ("sns:Publish",)},
    "sqs": {
        "ChangeMessageVisibilityBatch": ("sqs:ChangeMessageVisibility",),
        "DeleteMessageBatch": ("sqs:DeleteMessage",),
        "SendMessageBatch": ("sqs:SendMessage",),
    },
    # Anybody may ask who he is; the action exists, and need not be granted.
    "sts": {"GetCallerIdentity": ()},
}
"""APIs that are called otherwise, or need several actions, or none."""

_ELSEWHERE = (
    "abuse-signal account-access account-access-runtime agent-discovery agent-registry agent-registry-control "
    "apigateway apigatewaymanagementapi apigatewayv2 apiportal applicationcostprofiler budgets cloudhsm "
    "cloudsearchdomain cloudwatchomni codecatalyst connectparticipant continuum dms endusermessaging iotthingsgraph "
    "keyspaces lambda-web marketplace-discovery neptunedata network-security-manager opensearchmemory "
    "partnercentral-account partnercentral-channel partnercentral-marketing resiliencehubv2 s3control s3files signin "
    "sso sso-oidc supportauthz taxsettings"
)
"""Services whose actions are not named after APIs, or that the reference does not have."""

_APIS_ELSEWHERE = {
    "accessanalyzer": "GetFindingV2 ListFindingsV2",
    "bcm-pricing-calculator": "BatchCreateBillScenarioCommitmentModification BatchCreateBillScenarioUsageModification "
    "BatchCreateWorkloadEstimateUsage BatchDeleteBillScenarioCommitmentModification "
    "BatchDeleteBillScenarioUsageModification BatchDeleteWorkloadEstimateUsage "
    "BatchUpdateBillScenarioCommitmentModification BatchUpdateBillScenarioUsageModification "
    "BatchUpdateWorkloadEstimateUsage",
    "bedrock-agent-runtime": "RetrieveAndGenerateStream",
    "bedrock-runtime": "InvokeModelWithBidirectionalStream",
    "cloudfront": "CreateDistributionWithTags",
    "cloudtrail": "ListInsightsMetricData",
    "cognito-idp": "CompleteWebAuthnRegistration DeleteWebAuthnCredential GetUserAuthFactors ListWebAuthnCredentials "
    "StartWebAuthnRegistration",
    "comprehendmedical": "DetectEntities",
    "detective": "ListOrganizationAdminAccounts",
    "dynamodb": "BatchExecuteStatement ExecuteStatement ExecuteTransaction TransactGetItems TransactWriteItems",
    "geo-maps": "GetGlyphs GetSprites GetStyleDescriptor",
    "glue": "BatchGetDataQualityResult BatchPutDataQualityStatisticAnnotation GetUnfilteredPartitionMetadata "
    "GetUnfilteredPartitionsMetadata GetUnfilteredTableMetadata ListDataQualityStatisticAnnotations "
    "ListDataQualityStatistics",
    "iot-jobs-data": "StartCommandExecution",
    "iotfleetwise": "BatchCreateVehicle BatchUpdateVehicle",
    "lakeformation": "AssumeDecoratedRoleWithSAML",
    "lexv2-models": "ListUtteranceAnalyticsData ListUtteranceMetrics",
    "logs": "GetLogObject",
    "marketplace-catalog": "BatchDescribeEntities",
    "neptune-graph": "ExecuteQuery GetQuery",
    "qapps": "CreatePresignedUrl",
    "quicksight": "DescribeAnalysisDefinition DescribeDashboardDefinition DescribeTemplateDefinition",
    "redshift-data": "GetStatementResultV2",
    "resource-explorer-2": "ListResources",
    "s3": "CreateBucketMetadataConfiguration CreateSession DeleteBucketMetadataConfiguration "
    "GetBucketMetadataConfiguration ListDirectoryBuckets RenameObject WriteGetObjectResponse",
    "securityhub": "BatchUpdateFindingsV2 GetFindingStatisticsV2 GetFindingsV2",
    "timestream-query": "Query",
    "verifiedpermissions": "BatchGetPolicy BatchIsAuthorized BatchIsAuthorizedWithToken",
    "vpc-lattice": "BatchUpdateRule",
}
"""APIs whose actions depend on what they are given, or are not documented."""


def actions(service: str, api: str) -> tuple[str, ...] | None:
    """Name the actions that a call of an API needs.

    Parameters
    ----------
    service, api : str
        As boto3 names them; botocore knows both.

    Returns
    -------
    tuple of str or None
        Such as ``ec2:DescribeImages``, empty for a call that needs none; None when they are not known.
    """
    if service in _ELSEWHERE.split() or api in _APIS_ELSEWHERE.get(service, "").split():
        return None
    known = _ACTIONS.get(service, {}).get(api)
    return (f"{prefix(service)}:{api}",) if known is None else known


def prefix(service: str) -> str:
    """Give the prefix of a service's actions."""
    if service in _PREFIXES:
        return _PREFIXES[service]
    metadata = models.service(service).metadata
    return str(metadata.get("signingName") or metadata["endpointPrefix"])
