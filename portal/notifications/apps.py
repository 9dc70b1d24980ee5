"""Notifications: the in-hall inbox and the outbox of SMS and e-mail."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = "消息"
