"""Addresses of insured: 亲情账户, 待遇查询, 医保卡 and the API. What covers one is shown in 个人中心 (portal.views)."""

from django.urls import path

from insured import api
from insured.views import benefits, card, family, information

urlpatterns = [
    path("me/family/", family.family, name="family"),
    path("me/family/answer/", family.family_answer, name="family_answer"),
    path("me/family/end/", family.family_end, name="family_end"),
    path("me/family/act/", family.family_act, name="family_act"),
    path("me/benefits/", benefits.benefit_query, name="benefit_query"),
    path("me/information/", information.information, name="information_change"),
    path("me/card/", card.card, name="medical_card"),
    path("me/card/bind/", card.bind, name="medical_card_bind"),
    path("me/card/refresh/", card.refresh, name="medical_card_refresh"),
    path("me/card/end/", card.end, name="medical_card_end"),
    path("api/v1/benefits/", api.BenefitDetail.as_view(), name="api_benefits"),
    path("api/v1/enrollments/", api.EnrollmentList.as_view(), name="api_enrollments"),
]
