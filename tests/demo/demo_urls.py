"""The hall's addresses as they are in demo mode."""

from django.urls import include, path

from portal.urls import urlpatterns as hall

urlpatterns = [*hall, path("demo/", include("portal.demo.urls"))]
