"""Addresses of stopping and resuming."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
