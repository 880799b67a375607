"""What every test goes by."""

from hypothesis import HealthCheck, settings

# A law does not depend on how busy the machine is.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")
