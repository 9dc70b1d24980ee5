"""Insured: persons, employers, enrollments, coverage and the rules of each pooling area."""

from django.apps import AppConfig


class InsuredConfig(AppConfig):
    name = "insured"
    verbose_name = "参保"
