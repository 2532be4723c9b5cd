"""Alembic's way in: the chassis runs the versions."""

from chassis.migrations import run_in_environment

run_in_environment()
