"""Learning-rate schedules: functions of the epoch, their notation, equality, calibration."""

from prune_audit.schedules.calibrate import PROFILES, Calibrated, Profile, calibrate
from prune_audit.schedules.notation import LrSpec, parse_lr, same_schedule
from prune_audit.schedules.pieces import ScheduleError
from prune_audit.schedules.schedule import Schedule, equal

__all__ = [
    "PROFILES",
    "Calibrated",
    "LrSpec",
    "Profile",
    "Schedule",
    "ScheduleError",
    "calibrate",
    "equal",
    "parse_lr",
    "same_schedule",
]
