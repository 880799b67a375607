"""Golden AMIs that people approve: what the stacks, the command line and the sandbox share."""
