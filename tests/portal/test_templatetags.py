"""The builtin tags and filters."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from portal.errors import Reason


def shown(source: str, **context: object) -> str:
    return Template(source).render(Context(context)).strip()


class Form(forms.Form):
    reason = forms.ChoiceField(label="停缴原因", choices=[("1", "参军")], widget=forms.RadioSelect)
    phone = forms.CharField(label="手机号", help_text="接收短信")
    note = forms.CharField(label="补充说明", required=False)
    is_read = forms.BooleanField(label="已阅读")
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ value|yuan }}", 132990, "1,329.90"),
        ("{{ value|cn_date }}", date(2026, 3, 11), "2026年3月11日"),
        ("{{ value|cn_date }}", datetime(2026, 3, 10, 17, 0, tzinfo=UTC), "2026年3月11日"),
        ("{{ value|cn_date }}", None, ""),
        ("{{ value|masked_id }}", "119901198604120026", "119901********0026"),
        ("{{ value|masked_id }}", None, ""),
        ("{{ value|masked_phone }}", "13800001234", "138****1234"),
        ("{{ value|masked_name }}", "苏文岚", "苏*岚"),
        ("{{ value|reason }}", Reason("identity.phone"), "手机号应为11位数字，以13至19开头。请重新填写。"),
    ],
)
def test_words_a_value(source: str, value: object, text: str) -> None:
    assert shown(source, value=value) == text


def test_draws_an_icon_that_screen_readers_skip() -> None:
    assert shown('{% icon "stop" %}') == (
        '<svg class="ico" aria-hidden="true"><use href="/static/icons.svg#stop"/></svg>'
    )


@pytest.mark.parametrize(("cookie", "text"), [("1", "elder"), ("0", ""), (None, "")])
def test_knows_whether_the_browser_asked_for_elder_mode(rf: RequestFactory, cookie: str | None, text: str) -> None:
    request = rf.get("/")
    if cookie is not None:
        request.COOKIES["elder"] = cookie

    assert shown("{% elder as is_elder %}{% if is_elder %}elder{% endif %}", request=request) == text


@pytest.mark.parametrize("name", ["停缴", "终止缴费", "无障碍说明", "在线缴费"])
def test_finds_the_address_of_an_item_by_any_of_its_names(name: str) -> None:
    assert shown("{% service_address name %}", name=name).startswith("/")


def test_refuses_a_name_the_directory_does_not_know() -> None:
    with pytest.raises(LookupError):
        shown('{% service_address "火星探测" %}')


def test_marks_the_current_page_once_in_the_left_menu(rf: RequestFactory) -> None:
    request = rf.get(shown("{% service_address '停缴' %}"))
    request.user = AnonymousUser()

    menu = shown('{% include "components/side_menu.html" %}', request=request)

    # Once in the menu beside the page, once in its copy for phones.
    assert menu.count('aria-current="page"') == 2


def test_marks_the_entry_a_sub_page_belongs_to(rf: RequestFactory) -> None:
    request = rf.get("/somewhere/")

    menu = shown('{% include "components/side_menu.html" with belongs_to="payment_management" %}', request=request)

    assert menu.count(f'href="{reverse("payment_management")}" aria-current="page"') == 2


def test_joins_label_hint_error_and_input() -> None:
    page = shown("{% field form.phone %}", form=Form({}))

    assert '<label for="id_phone">手机号' in page
    assert 'id="id_phone-hint">接收短信' in page
    assert 'aria-describedby="id_phone-hint id_phone-error"' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("name", "part"),
    [("reason", "<legend>停缴原因"), ("note", "（选填）"), ("is_read", '<label class="tick">'), ("token", "hidden")],
)
def test_shapes_each_kind_of_field(name: str, part: str) -> None:
    assert part in shown("{% field bound %}", bound=Form()[name])


def test_links_every_error_of_the_summary_to_its_field() -> None:
    page = shown("{% error_summary form %}", form=Form({}))

    for name in ("reason", "phone", "is_read"):
        assert f'href="#id_{name}"' in page
    assert 'tabindex="-1"' in page


def test_lists_the_reasons_of_a_refusal_with_their_source() -> None:
    page = shown(
        "{% error_summary form reasons=reasons %}", form=Form(), reasons=[Reason("identity.phone", source="甲")]
    )

    assert "手机号应为11位数字" in page
    assert "依据：甲" in page


def test_shows_no_summary_when_nothing_is_wrong() -> None:
    assert shown("{% error_summary form %}", form=Form()) == ""


@pytest.mark.parametrize(("now", "done"), [(1, 0), (2, 1), (4, 3)])
def test_marks_earlier_steps_as_done(now: int, done: int) -> None:
    page = shown('{% steps "阅读" "填写" "核对" now=now %}', now=now)

    assert page.count('class="done"') == done
    assert page.count('aria-current="step"') == (1 if now <= 3 else 0)
