"""Addresses of stopping, of one's applications and of their materials."""

from django.urls import path

from suspension import api, items
from suspension.views import (
    aftercare,
    applications,
    certificate,
    contact,
    notice,
    receipt,
    refund,
    resume,
    rulebook,
    stop,
    transfer,
    unit,
)
from suspension.views.progress import progress

urlpatterns = [
    path("stop/", notice.notice, name="stop"),
    path("stop/need/", notice.need, name="stop_need"),
    path("stop/form/", stop.form, name="stop_form"),
    path("stop/check/", stop.check, name="stop_check"),
    path("stop/blank-form.pdf", receipt.blank_stop_form, name="stop_form_blank"),
    path("stop/contact/", contact.send, name="stop_contact"),
    path("stop/contact/code/", contact.code, name="stop_contact_code"),
    path("stop/discard/", stop.discard, name="stop_discard"),
    path("stop/materials/<slug:public_id>/remove/", stop.remove_material, name="stop_material_remove"),
    path("transfer/", transfer.notice, name="transfer"),
    path("transfer/form/", transfer.form, name="transfer_form"),
    path("transfer/check/", transfer.check, name="transfer_check"),
    path("transfer/discard/", transfer.discard, name="transfer_discard"),
    path("transfer/contact/", contact.send, {"code": items.TRANSFER.code}, name="transfer_contact"),
    path("transfer/contact/code/", contact.code, {"code": items.TRANSFER.code}, name="transfer_contact_code"),
    path("unit/", unit.home, name="unit"),
    path("unit/choose/", unit.choose, name="unit_choose"),
    path("unit/leave/", unit.leave, name="unit_leave"),
    path("unit/add/", unit.add, name="unit_add"),
    path("unit/declarations/<slug:number>/", unit.declaration, name="unit_declaration"),
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
    path("refund/", refund.notice, name="refund"),
    path("help/renewal-rules/", rulebook.renewal, name="renewal_rules"),
    path("help/waiting-rules/", rulebook.waiting, name="waiting_rules"),
    path("resume/blank-form.pdf", receipt.blank_resume_form, name="resume_blank_form"),
    path("me/certificate/", certificate.certificate_page, name="certificate"),
    path("me/certificate/certificate.pdf", certificate.certificate_pdf, name="certificate_pdf"),
    path("verify/certificate/<str:code>/", certificate.verify, name="certificate_verify"),
    path("verify/<str:code>/", receipt.verify, name="verify"),
    path("applications/<slug:number>/correct/contact/", contact.code_of_correction, name="application_contact_code"),
    path("applications/<slug:number>/correct/", applications.correct, name="application_correct"),
    path("materials/<slug:public_id>/<int:page>/", applications.material, name="material"),
    path("api/v1/applications/", api.ApplicationList.as_view(), name="api_applications"),
    path("api/v1/applications/<slug:number>/", api.ApplicationDetail.as_view(), name="api_application"),
    path("api/v1/applications/<slug:number>/withdraw/", api.ApplicationWithdraw.as_view(), name="api_withdraw"),
]
for item in items.COMEBACK_ITEMS:
    place, code = item.page.replace("_", "-"), {"code": item.code}
    urlpatterns += [
        path(f"{place}/", resume.notice, code, name=item.page),
        path(f"{place}/form/", resume.form, code, name=f"{item.page}_form"),
        path(f"{place}/check/", resume.check, code, name=f"{item.page}_check"),
        path(f"{place}/discard/", resume.discard, code, name=f"{item.page}_discard"),
        path(f"{place}/contact/", contact.send, code, name=f"{item.page}_contact"),
        path(f"{place}/contact/code/", contact.code, code, name=f"{item.page}_contact_code"),
        path(
            f"{place}/materials/<slug:public_id>/remove/",
            resume.remove_material,
            code,
            name=f"{item.page}_material_remove",
        ),
    ]
