"""The wording of every code of payments, and of the period a payment is for."""

from datetime import date

from insured.policy.dates import Month

CONTRIBUTION_KINDS = {
    "10": "正常缴费",
    "20": "退收",
    "30": "补收",
    "32": "一次性补收",
    "33": "退休补收",
    "34": "基数补差",
    "35": "比例补差",
    "60": "单位预交",
    "991": "居民退费",
    "992": "单位缓缴",
}
CONTRIBUTION_WAYS = {
    "01": "银行托收",
    "02": "税务征收",
    "03": "经办机构自收",
    "08": "银行代收",
    "11": "柜台",
    "31": "个人账户代扣",
}


def period_text(*, first: date, last: date) -> str:
    """费款所属期 of two first days of months: "2026年度" for a whole year, else the month or the months."""
    if (first.month, last.month, first.year) == (1, 12, last.year):
        return f"{first.year}年度"
    begin, end = Month.of(first), Month.of(last)
    if begin == end:
        return str(begin)
    return f"{begin}至{end.month}月" if begin.year == end.year else f"{begin}至{end}"
