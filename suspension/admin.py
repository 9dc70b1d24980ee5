"""The staff side: who may enter, and the caseworker's desk."""

from django.contrib.admin import AdminSite


class HallAdminSite(AdminSite):
    """The admin of the hall."""

    site_header = "医疗保障单位网厅 · 经办工作台"
