"""What a payer sees: the cashier, its outcome, the list of orders and the switches."""

from datetime import datetime
from html import escape
from typing import Any

import segno

from portal.simulators.book import shown
from portal.simulators.cashier.exchange import Back
from portal.simulators.cashier.knobs import STATEMENT_FAULTS, Knobs
from portal.simulators.cashier.till import Sale, Till
from portal.simulators.page import page

SHOWN = 30
TITLE = "模拟收银台·演示"
RETURN_SECONDS = 5
NOT_REAL = '<p class="note">这是演示用的模拟收银台，不连接真实的支付机构，不会扣款。</p>'
NAMES = {"alipay": "支付宝", "wechat": "微信支付", "unionpay": "银联", "debit": "银行代缴"}
STATES = {"waiting": "等待付款", "paid": "已付款", "closed": "已关闭"}
SWITCHES = {
    "no_notice": "不发通知",
    "twice_at_once": "同时发两次通知",
    "out_of_order": "先通知退款，再通知付款",
    "bad_signature": "通知的签名是错的",
    "answer_500": "接口一律答复 500",
    "hang_after_accept": "接口办理后不答复",
    "refund_returned": "退款被银行退回",
    "debit_insufficient": "银行代缴：余额不足",
    "debit_returned": "银行代缴：扣款被退回",
    "account_mismatch": "绑定银行卡：户名不符",
}
NUMBERS = {
    "late_seconds": "通知晚几秒发出",
    "wrong_amount_fen": "通知里的金额多几分",
    "time_scale": "重发间隔的倍数（1 为真实间隔）",
}
FAULTS = {"missing": "少一笔", "extra": "多一笔", "wrong": "金额差一分", "doubled": "重复一笔", "late": "一笔算到次日"}
REASONS = {
    "missing": "没有这笔订单。",
    "paid": "这笔订单已经付过款，不会再扣款。",
    "closed": "这笔订单已经关闭，不能再付款。",
}

PAID = "付款成功。"
PAID_AND_BACK = f"付款成功，{RETURN_SECONDS}秒后自动返回网厅。"


def yuan(fen: int) -> str:
    """132990 → "1,329.90"."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def cashier_page(sale: Sale, *, back: Back) -> str:
    """One order to pay; an order that is over says so."""
    if sale.state != "waiting":
        return outcome_page(sale, words=REASONS[sale.state], back=back)
    leave = '<button name="do" value="leave" class="plain">暂不付款，返回网厅</button>' if sale.return_url else ""
    main = (
        f'{_facts(sale)}<form method="post" action="/pay/{sale.token}" class="stack">'
        f'<button name="do" value="pay">确认付款 {yuan(sale.fen)} 元</button>'
        f'<button name="do" value="fail" class="plain">付款失败（模拟银行拒绝）</button>{leave}</form>{NOT_REAL}'
    )
    return page(title=f"{NAMES[sale.gateway]}·模拟收银台", main=main)


def outcome_page(sale: Sale, *, words: str, back: Back) -> str:
    """What happened, and the way back."""
    retry = f'<p><a href="/pay/{sale.token}">重新付款</a></p>' if sale.state == "waiting" else ""
    main = f'<p role="status" class="outcome">{escape(words)}</p>{_facts(sale)}{_way_back(back)}{retry}{NOT_REAL}'
    return page(title=f"{NAMES[sale.gateway]}·模拟收银台", main=main)


def lost_page(code: str) -> str:
    """There is nothing to pay here."""
    words = REASONS.get(code, "网厅发来的订单无法受理，请回到网厅重新发起缴费。")
    return page(title=TITLE, main=f'<p role="status" class="outcome">{words}</p>{NOT_REAL}')


def qr_page(sale: Sale, *, address: str) -> str:
    """The code of a WeChat order and the phone that reads it."""
    image = segno.make(address, error="m").svg_inline(scale=5, border=4, svgclass=None, lineclass=None)
    main = (
        f'<p>请用微信扫一扫付款：</p><p class="qr" role="img" aria-label="付款二维码">{image}</p>{_facts(sale)}'
        f'<p><a class="button" href="/scan/{sale.token}">用模拟手机扫一扫</a></p>{NOT_REAL}'
    )
    return page(title="微信支付·扫码付款", main=main)


def orders_page(till: Till) -> str:
    """The newest orders, with the way to pay those that wait."""
    items = "".join(_item(sale, told=till.notices(sale)) for sale in till.sales()[:SHOWN])
    intro = f'{NOT_REAL}<p><a href="/switches">故障开关</a>：让通知迟到、重复、出错，看网厅如何应对。</p>'
    return page(title=TITLE, main=intro + (f"<ol>{items}</ol>" if items else "<p>还没有订单。</p>"), is_wide=True)


def switches_page(knobs: Knobs, *, is_saved: bool) -> str:
    """Every fault with a box of its own."""
    values = knobs.as_json()
    boxes = "".join(_box(name, value="1", words=words, is_on=values[name]) for name, words in SWITCHES.items())
    numbers = "".join(
        f'<p><label for="{name}">{words}</label><input id="{name}" name="{name}" inputmode="decimal" '
        f'value="{values[name]:g}"></p>'
        for name, words in NUMBERS.items()
    )
    faults = "".join(
        _box("statement_faults", value=name, words=FAULTS[name], is_on=name in knobs.statement_faults)
        for name in STATEMENT_FAULTS
    )
    saved = '<p role="status" class="outcome">已保存，立即生效。</p>' if is_saved else ""
    main = (
        f'{saved}<form method="post" action="/switches" class="stack"><fieldset><legend>通知和接口</legend>{boxes}'
        f"{numbers}</fieldset><fieldset><legend>对账单</legend>{faults}</fieldset>"
        '<button>保存</button></form><p><a href="/">返回订单</a></p>'
    )
    return page(title="模拟收银台·故障开关", main=main)


def _box(name: str, *, value: str, words: str, is_on: bool) -> str:
    checked = " checked" if is_on else ""
    return f'<p class="box"><label><input type="checkbox" name="{name}" value="{value}"{checked}> {words}</label></p>'


def _way_back(back: Back) -> str:
    if not back.address:
        return "<p>请回到网厅的页面查看结果。</p>"
    if not back.fields:
        return f'<p><a class="button" href="{escape(back.address)}">返回网厅查看结果</a></p>'
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in back.fields.items()
    )
    return (
        f'<form method="post" action="{escape(back.address)}" class="stack">{hidden}'
        "<button>返回网厅查看结果</button></form>"
    )


def _facts(sale: Sale) -> str:
    """Amount first, then what it is for; the last line is the deadline or the proof."""
    last = f"<dt>请在此前付款</dt><dd>{_time(sale.expires_at)}</dd>"
    if sale.paid_at:
        last = f"<dt>付款时间</dt><dd>{_time(sale.paid_at)}</dd><dt>交易号</dt><dd>{sale.trade_no}</dd>"
    return (
        f'<p class="amount"><b>{yuan(sale.fen)}</b> 元</p><dl><dt>缴费事项</dt><dd>{escape(sale.subject)}</dd>'
        f"<dt>收款单位</dt><dd>医疗保障单位网厅（演示）</dd><dt>订单号</dt><dd>{escape(sale.number)}</dd>"
        f"{last}</dl>"
    )


def _time(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{shown(at.isoformat())}</time>'


def _item(sale: Sale, *, told: list[dict[str, Any]]) -> str:
    links = ""
    if sale.state == "waiting":
        first = f'<a href="/qr/{sale.token}">显示二维码</a>　' if sale.gateway == "wechat" else ""
        links = f'<p>{first}<a href="/pay/{sale.token}">去付款</a></p>'
    notices = "".join(
        f"<li>{'退款' if line['about'] else '付款'}通知第 {line['attempt']} 次，{shown(line['at'])}，"
        f"{'网厅已接受' if line['is_taken'] else '网厅未接受'}（{escape(line['answer'])}）</li>"
        for line in told[-4:]
    )
    refunds = "".join(
        f"<p>{'退款被退回' if one.is_returned else '已退款'} {yuan(one.fen)} 元（{escape(one.number)}）</p>"
        for one in sale.refunds.values()
    )
    return (
        f"<li><article><h2>{NAMES[sale.gateway]} {yuan(sale.fen)} 元：{STATES[sale.state]}</h2>"
        f'<p>{escape(sale.subject)}，订单号 {escape(sale.number)}</p>{refunds}<ul class="note">{notices}</ul>{links}'
        "</article></li>"
    )
