"""Addresses of payments: the pages and the API."""

from django.urls import path

from payments import api, views

urlpatterns = [
    path("me/contributions/", views.contributions, name="contributions"),
    path("api/v1/contributions/", api.ContributionList.as_view(), name="api_contributions"),
]
