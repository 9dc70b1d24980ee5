"""The official ways to pay, by the names people are told; only those of this hall are links."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PayChannel:
    """Who runs a channel and how one pays there; `service` is the code of the item when it is in this hall."""

    name: str
    run_by: str
    way: str
    service: str = ""


PAY_CHANNELS: tuple[PayChannel, ...] = (
    PayChannel(
        "本网厅", "医疗保障局", "点“在线缴费”，提交订单后选支付宝、微信支付或银联付款；也可以用家庭共济。", "pay"
    ),
    PayChannel("银行代缴", "合作银行", "在本网厅签约，以后每期由银行自动扣款。", "bank-debit"),
    PayChannel("支付宝", "支付宝（持牌支付机构）", "打开支付宝，找医保或社保缴费，选参保地。"),
    PayChannel("微信城市服务", "微信（持牌支付机构）", "打开微信的“城市服务”，找医保或社保缴费，选参保地。"),
    PayChannel("国家医保服务平台", "国家医疗保障局", "在应用商店按名称下载APP，登录后找医保缴费，选参保地。"),
    PayChannel(
        "税务部门的渠道",
        "国家税务总局",
        "在当地税务部门的网上渠道或办税服务厅缴；电话 12366。",
    ),
    PayChannel("合作银行", "各银行", "带身份证到柜台；有的银行也可以在自助机和手机银行里缴。"),
    PayChannel("经办机构窗口", "医疗保障事务中心", "带身份证到参保地的窗口。", "agencies"),
)
