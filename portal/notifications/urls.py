"""Addresses of the inbox and of the health page."""

from django.urls import path

from portal.notifications import views

urlpatterns = [
    path("me/messages/", views.messages, name="messages"),
    path("me/messages/read-all/", views.messages_read, name="messages_read"),
    path("me/messages/<str:public_id>/", views.message, name="message"),
    path("me/messages/<str:public_id>/read/", views.message_read, name="message_read"),
    path("me/reminders/", views.reminder_settings, name="reminder_settings"),
    path("health/", views.health, name="health"),
]
