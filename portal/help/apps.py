"""The help centre as a Django app."""

from django.apps import AppConfig


class HelpConfig(AppConfig):
    """Guides, questions, words, notices, consultations, feedback."""

    name = "portal.help"
    label = "help"
    verbose_name = "帮助中心"
