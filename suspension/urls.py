"""Addresses of stopping, of one's applications and of their materials."""

from django.urls import path

from suspension import api
from suspension.views import aftercare, applications, notice, receipt, stop
from suspension.views.progress import progress

urlpatterns = [
    path("stop/", notice.notice, name="stop"),
    path("stop/need/", notice.need, name="stop_need"),
    path("stop/form/", stop.form, name="stop_form"),
    path("stop/check/", stop.check, name="stop_check"),
    path("stop/discard/", stop.discard, name="stop_discard"),
    path("stop/materials/<slug:public_id>/remove/", stop.remove_material, name="stop_material_remove"),
    path("progress/", progress, name="progress"),
    path("me/applications/", applications.my_applications, name="my_applications"),
    path("applications/<slug:number>/", applications.application, name="application"),
    path("applications/<slug:number>/submitted/", applications.submitted, name="application_submitted"),
    path("applications/<slug:number>/withdraw/", applications.withdraw, name="application_withdraw"),
    path("applications/<slug:number>/form.pdf", receipt.stop_form, name="stop_form_pdf"),
    path("applications/<slug:number>/urge/", aftercare.urge, name="application_urge"),
    path("applications/<slug:number>/confirm/", aftercare.confirm, name="application_confirm"),
    path("applications/<slug:number>/steps/", aftercare.steps, name="application_steps"),
    path("applications/<slug:number>/again/", aftercare.again, name="application_again"),
    path("applications/<slug:number>/cancel/", aftercare.cancel_stop, name="application_cancel"),
    path("verify/<str:code>/", receipt.verify, name="verify"),
    path("applications/<slug:number>/correct/", applications.correct, name="application_correct"),
    path("materials/<slug:public_id>/<int:page>/", applications.material, name="material"),
    path("api/v1/applications/", api.ApplicationList.as_view(), name="api_applications"),
    path("api/v1/applications/<slug:number>/", api.ApplicationDetail.as_view(), name="api_application"),
    path("api/v1/applications/<slug:number>/withdraw/", api.ApplicationWithdraw.as_view(), name="api_withdraw"),
]
