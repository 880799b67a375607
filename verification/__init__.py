"""Proof by enumeration: on no path is an image shared without approval, and no path is silent."""
