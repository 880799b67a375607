"""How steps that fail are called, and what to do then; a document has room for its own only."""

APPROVAL_KINDS = {
    "inspectTargets": "not-private",
    "executeImageCreation": "build-failed",
    "waitImageBuildingComplete": "build-failed",
    "getBuildStatus": "build-failed",
    "continueIfImageAvailable": "build-failed",
    "assertImageAvailable": "build-failed",
    "waitImageScanComplete": "scan-failed",
    "assertImageScanned": "scan-failed",
    "inspectBuiltImage": "not-private",
    "startEvidence": "evidence-failed",
    "waitEvidence": "evidence-failed",
    "readEvidence": "evidence-failed",
    "assertApproval": "approval-invalid",
    "getBuiltImage": "failed",
}
OTHER_KINDS = {
    "inspectImage": "retirement-refused",
    "withdrawImage": "retirement-failed",
    "unshareImage": "retirement-failed",
    "removeImage": "retirement-failed",
    "assertNothingPending": "retirement-pending",
    "inspectRevocation": "revocation-refused",
    "revokeImage": "revocation-failed",
    "disableRevokedAmis": "revocation-failed",
    "inspectRollback": "rollback-refused",
    "restoreImage": "rollback-failed",
    "publishRestoredImage": "rollback-failed",
    "putCurrentBack": "rollback-failed",
    "assertRevocationApproved": "approval-invalid",
}

APPROVAL_NEXT = {
    "approved": "Nothing.",
    "approval-invalid": "Start again. Others than the starter must approve, enough of them, the newest image.",
    "build-failed": "Read the build's log in the log bucket, mend the component or the pipeline, and start again.",
    "cancelled": "CloudTrail has who stopped it (StopAutomationExecution). Start again when it was a mistake.",
    "denied": "Talk to who denied it. The image stays private; retire it, or build another one.",
    "evidence-failed": "Nobody was asked. Mend what the reason names, and start again.",
    "expired": "Start again, and make sure that an approver sees the request. The image stays private.",
    "failed": "Look at the execution in Systems Manager.",
    "not-private": "Find out who changed the pipeline, the share or the AMI. Nothing goes on before it is private.",
    "role-broken": "Deploy the factory again: the runbook's role has lost a permission, or cannot be assumed.",
    "scan-failed": "Update the image's packages, or check Amazon Inspector; limits are raised by review only.",
    "sharing-failed": "Check that nothing is shared (takeBack says so), mend the cause, and start again.",
}
OTHER_NEXT = {
    "retired": "Nothing.",
    "retirement-failed": "Mend the cause, and start the retirement again: it goes on where it stopped.",
    "retirement-pending": "Start the retirement again after the time that is named.",
    "retirement-refused": "Name the reason in RetireApprovedBecause, or retire another image.",
    "revocation-failed": "Start it again: it goes on with what the reason names, which is shared until then.",
    "revocation-refused": "Nothing was taken back. Mend what the reason names, and start again.",
    "revoked": "Find the instances that run it: golden-ami images. Build another one, or roll back.",
    "rolled-back": "To roll it out, start its rollout with the ExecutionId that approved it. Another one undoes it.",
    "rolled-out": "Nothing.",
    "rollback-failed": "Start it again: it goes on where it stopped. Consumers may have either image until then.",
    "rollback-refused": "Nothing was changed. Mend what the reason names, or build and approve another image.",
    "rollout-failed": "Mend the cause, and start this runbook again with its ExecutionId; or retire the image, and "
    "start it with the execution that approved the one before.",
}
