"""Suspension: applications that stop and resume coverage, and the desk where they are decided."""

from django.apps import AppConfig


class SuspensionConfig(AppConfig):
    name = "suspension"
    verbose_name = "停保与续保"
