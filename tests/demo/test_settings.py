"""Production knows nothing of the demo."""

import json
import os
import subprocess
import sys

import pytest

REAL = {
    "ALIPAY_URL": "https://openapi.alipay.com/gateway.do",
    "ALIPAY_APP_ID": "2021000000000001",
    "ALIPAY_SELLER_ID": "2088000000000001",
    "ALIPAY_KEY": "MIIE",
    "ALIPAY_PUBLIC_KEY": "MIIB",
}
PROBE = """
import json
from portal import settings
print(json.dumps([settings.INSTALLED_APPS, settings.DEMO, list(settings.CELERY_BEAT_SCHEDULE)]))
"""


def started(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    keys = {
        "SECRET_KEY": "x" * 60,
        "FIELD_KEYS": "1:" + "ab" * 32,
        "INDEX_KEYS": "1:" + "cd" * 32,
        "ALLOWED_HOSTS": "hall.example.invalid",
        "DATABASE_URL": "postgres://hall@127.0.0.1/hall",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "SMS_URL": "https://sms.example.invalid",
        "SMS_SECRET": "s" * 20,
        "IDENTITY_URL": "https://identity.example.gov.cn",
        "IDENTITY_SECRET": "i" * 20,
        "EMAIL_URL": "smtp://mail.example.invalid:25",
    }
    given = {"PATH": os.environ["PATH"], "VAR_DIR": os.environ["VAR_DIR"]} | keys | env
    return subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=False)


def probe(**env: str) -> tuple[list[str], bool, list[str]]:
    apps, is_demo, jobs = json.loads(started(PROBE, **env).stdout)
    return apps, is_demo, jobs


def test_production_does_not_install_the_demo() -> None:
    apps, is_demo, jobs = probe(HALL_MODE="production")

    assert "portal.demo" not in apps
    assert not is_demo
    assert "demo-people" not in jobs


def test_the_demo_does() -> None:
    apps, is_demo, jobs = probe(HALL_MODE="demo")

    assert "portal.demo" in apps
    assert is_demo
    assert "demo-people" in jobs


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ALIPAY_KEY": "demo:MIIE"}, "the real gateway"),
        ({"ALIPAY_URL": "http://openapi.alipay.com/gateway.do"}, "the real gateway"),
        ({"ALIPAY_URL": "https://openapi-sandbox.dl.alipaydev.com/gateway.do"}, "the real gateway"),
        ({"ALIPAY_SELLER_ID": ""}, "ALIPAY_SELLER_ID must be set"),
    ],
)
def test_production_refuses_half_a_gateway_and_one_of_a_sandbox(change: dict[str, str], said: str) -> None:
    done = started("from portal import settings", HALL_MODE="production", **{**REAL, **change})

    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]
