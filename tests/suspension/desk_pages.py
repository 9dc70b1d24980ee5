"""The desk's addresses and forms, for the tests of its pages."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from suspension.models import Application


def url(name: str, application: Application, *more: object) -> str:
    return reverse(f"admin:suspension_application_{name}", args=[application.number, *more])


def send(client: Client, application: Application, name: str = "decide", **more: Any) -> HttpResponse:
    """The decision form, approved unless said otherwise."""
    plain = {"version": application.version, "token": secrets.token_urlsafe(24), "action": "approve", "text": ""}
    return client.post(url(name, application), plain | more)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def state_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state
