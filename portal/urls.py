"""Every address of the hall: the public pages here, the rest from the apps."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from portal import views

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("search/suggest/", views.search_suggest, name="search_suggest"),
    path("help/agencies/", views.agencies, name="agencies"),
    path("services/", views.services, name="services"),
    path("services/<slug:code>/", views.service, name="service"),
    path("zones/<slug:code>/", views.zone, name="zone"),
    path("channels/", views.pay_channels, name="pay_channels"),
    path("regions/", views.regions, name="regions"),
    path("regions/<slug:code>/", views.region, name="region"),
    path("payment-management/", views.payment_management, name="payment_management"),
    path("account-settings/", views.account_settings, name="account_settings"),
    path("me/", views.me, name="me"),
    path("me/insurance/", views.my_insurance, name="my_insurance"),
    path("me/account/", views.account, name="account"),
    path("elder-mode/", views.elder_mode, name="elder_mode"),
    path("display/", views.display, name="display"),
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("portal.accounts.urls")),
    path("", include("portal.notifications.urls")),
    path("", include("portal.help.urls")),
    path("", include("insured.urls")),
    path("", include("payments.urls")),
    path("", include("suspension.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/schema/", RedirectView.as_view(pattern_name="schema", query_string=True), name="schema_moved"),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("portal.demo.urls")))
