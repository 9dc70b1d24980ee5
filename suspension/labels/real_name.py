"""Wording of 实名认证."""

STATES = {"waiting": "待审核", "approved": "已通过", "rejected": "未通过"}
SAID = {"mismatch": "姓名与身份证号不一致", "unknown": "库中没有这个身份证号", "unavailable": "核验服务没有响应"}
REASONS = {
    "real-name.done": "这个账号已经实名，不用再办。",
    "real-name.waiting": "您已经提交了实名审核，请等待结果，不用重复提交。",
    "real-name.decided": "这件实名审核刚刚由别人处理了，或不在您负责的统筹区。请刷新列表。",
    "real-name.own": "不能审核自己的实名认证，请由同事处理。",
    "real-name.note-needed": "不通过时请写明原因和怎么改，申请人会看到这句话。",
    "real-name.photo-kind": "“{name}”不是照片。请上传 JPG 或 PNG 格式的身份证照片。",
}
