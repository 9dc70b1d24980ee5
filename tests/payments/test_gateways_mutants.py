"""A forged, bent, stale or garbled notice is never genuine and never raises, whichever platform it names."""

import json
from urllib.parse import parse_qsl, urlencode

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.gateways.base import Gateway
from tests.payments import mutants
from tests.payments.cashier import CODES, gateways_of, hall_env
from tests.payments.mutants import World

KNOWN = {"bad-signature", "stale", "wrong-merchant", "wrong-currency", "repeated-field", "unreadable"}
HEADERS = ["Wechatpay-Serial", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature"]
TOLD_APART = [
    ("unionpay", "two fields become one", "unreadable"),
    ("alipay", "another app", "wrong-merchant"),
    ("alipay", "another seller", "wrong-merchant"),
    ("alipay", "dollars", "wrong-currency"),
    ("alipay", "the amount again, last", "repeated-field"),
    ("alipay", "the key of another environment", "bad-signature"),
    ("alipay", "an amount of '1e3'", "unreadable"),
    ("wechat", "another merchant", "wrong-merchant"),
    ("wechat", "dollars", "wrong-currency"),
    ("wechat", "a name twice", "repeated-field"),
    ("wechat", "-301 seconds off", "stale"),
    ("wechat", "the key of another environment", "bad-signature"),
    ("wechat", "sealed with the key of another environment", "bad-signature"),
    ("wechat", "deep and signed", "unreadable"),
    ("unionpay", "another merchant", "wrong-merchant"),
    ("unionpay", "dollars", "wrong-currency"),
    ("unionpay", "the signature again", "repeated-field"),
    ("unionpay", "a stranger's certificate and key", "bad-signature"),
    ("unionpay", "an unknown kind", "unreadable"),
]


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    return mutants.world(tmp_path_factory.mktemp("here"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> World:
    return mutants.world(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="module")
def ours(here: World) -> dict[str, Gateway]:
    return gateways_of("http://127.0.0.1:1", env=hall_env(here.folder))


@pytest.mark.parametrize("code", CODES)
def test_no_mutant_is_genuine(ours: dict[str, Gateway], here: World, elsewhere: World, code: str) -> None:
    found = mutants.of(code, here=here, elsewhere=elsewhere)

    verdicts = {what: ours[code].verify(*notice) for what, notice in found.items()}

    assert len(found) >= 30
    assert [what for what, verdict in verdicts.items() if verdict.is_genuine] == []
    assert {verdict.code for verdict in verdicts.values()} <= KNOWN
    assert {(verdict.trade, verdict.refund) for verdict in verdicts.values()} == {(None, None)}


@pytest.mark.parametrize(("code", "what", "why"), TOLD_APART)
def test_says_why(ours: dict[str, Gateway], here: World, elsewhere: World, code: str, what: str, why: str) -> None:
    notice = mutants.of(code, here=here, elsewhere=elsewhere)[what]

    assert ours[code].verify(*notice).code == why


@pytest.mark.parametrize("code", CODES)
def test_the_unbent_one_is_genuine(ours: dict[str, Gateway], here: World, code: str) -> None:
    headers, body = here.notice(code)
    lower = {name.lower(): value for name, value in headers.items()}

    assert ours[code].verify(headers, body).is_genuine
    assert ours[code].verify(lower, body).is_genuine


@pytest.mark.parametrize("code", ["alipay", "unionpay"])
def test_the_order_of_the_pairs_does_not_matter(ours: dict[str, Gateway], here: World, code: str) -> None:
    headers, body = here.notice(code)
    pairs = parse_qsl(body.decode(), keep_blank_values=True)

    assert ours[code].verify(headers, urlencode(pairs[::-1]).encode()).is_genuine


@pytest.mark.parametrize("code", CODES)
def test_no_notice_is_genuine_for_another_gateway(ours: dict[str, Gateway], here: World, code: str) -> None:
    others = [gateway for gateway in ours.values() if gateway.code != code]

    assert [gateway.code for gateway in others if gateway.verify(*here.notice(code)).is_genuine] == []


@pytest.mark.parametrize("code", CODES)
def test_no_notice_is_genuine_in_another_environment(here: World, elsewhere: World, code: str) -> None:
    gateway = gateways_of("http://127.0.0.1:1", env=hall_env(elsewhere.folder))[code]

    assert gateway.verify(*here.notice(code)).code == "bad-signature"


def test_a_signature_is_fresh_for_five_minutes(ours: dict[str, Gateway], here: World) -> None:
    notice = here.notice("wechat")
    stamp = int(notice[0]["Wechatpay-Timestamp"])

    codes = []
    for off in (-301, -300, 0, 300, 301):
        with time_machine.travel(stamp + off, tick=False):
            codes.append(ours["wechat"].verify(*notice).code)

    assert codes == ["stale", "", "", "", "stale"]


def test_an_expired_certificate_vouches_for_nothing(ours: dict[str, Gateway], here: World) -> None:
    notice = here.notice("unionpay")

    with time_machine.travel("2096-01-01"):
        assert ours["unionpay"].verify(*notice).code == "bad-signature"


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    headers=st.dictionaries(
        st.sampled_from(["Wechatpay-Serial", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature"]),
        st.text(),
    ),
    body=st.one_of(
        st.binary(max_size=400),
        st.dictionaries(st.text(max_size=9), st.text(max_size=20)).map(lambda pairs: urlencode(pairs).encode()),
        st.dictionaries(st.text(max_size=9), st.none() | st.lists(st.integers())).map(as_json),
    ),
)
def test_any_bytes_are_judged(ours: dict[str, Gateway], code: str, headers: dict[str, str], body: bytes) -> None:
    verdict = ours[code].verify(headers, body)

    assert not verdict.is_genuine
    assert verdict.code in KNOWN
