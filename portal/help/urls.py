"""Addresses of the help centre."""

from django.urls import path

from portal.help.views import consultations, content, feedback, subscriptions

urlpatterns = [
    path("help/", content.centre, name="help"),
    path("help/guides/<slug:slug>/", content.guide, name="guide"),
    path("help/faq/", content.faq, name="faq"),
    path("help/glossary/", content.glossary, name="glossary"),
    path("help/notices/", content.notices, name="notices"),
    path("help/policies/", content.policies, name="policies"),
    path("help/news/", content.news, name="news"),
    path("help/notices/<slug:slug>/", content.notice, name="notice"),
    path("help/subscription/", subscriptions.subscription, name="subscription"),
    path("help/unsubscribe/<slug:public_id>/", subscriptions.unsubscribe, name="unsubscribe"),
    path("help/hotline/", content.hotline, name="hotline"),
    path("help/accessibility/", content.accessibility, name="accessibility"),
    path("help/privacy/", content.privacy, name="privacy"),
    path("help/phishing/", content.phishing, name="phishing"),
    path("help/feedback/", feedback.feedback, name="feedback"),
    path("help/feedback/<str:number>/", feedback.received, name="feedback_received"),
    path("help/consult/", consultations.consult, name="consult"),
    path("help/consult/<str:number>/", consultations.consultation, name="consultation"),
    path("help/consult/<str:number>/close/", consultations.close, name="consultation_close"),
]
