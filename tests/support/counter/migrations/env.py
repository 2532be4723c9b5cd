"""Run by chassis.migrations."""

from chassis.migrations import run_in_environment

run_in_environment()
