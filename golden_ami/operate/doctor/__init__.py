"""Checks of a deployment, before and after it is made; they read, and change nothing."""
