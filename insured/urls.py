"""Addresses of insured: the API. Its pages are parts of 个人中心 (portal.views)."""

from django.urls import path

from insured import api

urlpatterns = [path("api/v1/enrollments/", api.EnrollmentList.as_view(), name="api_enrollments")]
