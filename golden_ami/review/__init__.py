"""Who gains access by a Terraform plan, and whether that is allowed: plan JSON in, words and a verdict out.

Nothing here calls AWS or Terraform. Whatever a plan says is somebody's text: it is judged, and shown as text.
"""
