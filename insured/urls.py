"""Addresses of insured: 亲情账户 and the API. What covers one is shown in 个人中心 (portal.views)."""

from django.urls import path

from insured import api, views

urlpatterns = [
    path("me/family/", views.family, name="family"),
    path("me/family/answer/", views.family_answer, name="family_answer"),
    path("me/family/end/", views.family_end, name="family_end"),
    path("me/family/act/", views.family_act, name="family_act"),
    path("me/benefits/", views.benefit_query, name="benefit_query"),
    path("api/v1/benefits/", api.BenefitDetail.as_view(), name="api_benefits"),
    path("api/v1/enrollments/", api.EnrollmentList.as_view(), name="api_enrollments"),
]
