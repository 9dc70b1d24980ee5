"""Addresses of the demo panel; included in demo mode only."""

from django.urls import path

from portal.demo import views

urlpatterns = [
    path("", views.panel, name="demo"),
    path("login/", views.log_in, name="demo_login"),
    path("date/", views.date_page, name="demo_date"),
]
