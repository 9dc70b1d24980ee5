"""The demo: seeded people, the panel, the movable clock. Not installed in production."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "portal.demo"
    label = "demo"
    verbose_name = "演示"
