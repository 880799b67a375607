"""Typed, frozen configuration: what a platform team writes in one YAML file."""

from golden_ami.config.load import load, path_from
from golden_ami.config.resolved import ImageFactory, resolve
from golden_ami.config.root import Config

__all__ = ["Config", "ImageFactory", "load", "path_from", "resolve"]
