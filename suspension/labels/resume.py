"""Wording of coming back and joining: materials, checks, ways, reasons."""

MATERIALS = {
    "medical-card": "医保卡",
    "social-card": "社保卡",
    "payment-proof": "社保缴费证明",
    "wage-slips": "工资流水",
    "form": "申请表",
}
MATERIAL_HINTS = {
    "medical-card": "正面，看得清卡号。医保卡和社保卡传一种就可以。",
    "social-card": "正面，看得清卡号。",
    "payment-proof": "在别处参过保的，上传当地的缴费证明。没有可以不传。",
    "wage-slips": "灵活就业的，可以上传近几个月的收入流水。没有可以不传。",
    "form": "已在纸上填好的申请表。在网上填写的不用传。",
}
COMEBACKS = {
    "plain": "不补缴断保的年度",
    "repaired": "补缴断保的年度",
    "first": "首次缴费",
    "paid-ahead": "已经缴过，不用再缴",
}
CORRECTABLE = {
    "coverage_year": "缴费方式（年度、补缴）",
}
CHECKS = {
    "resumable": "可以恢复或办理参保",
    "own-account-join": "本人可以自行办理",
    "qualified": "没有被取消参保资格",
    "age": "符合年龄规定",
    "one-scheme": "没有另一份正常参保的基本医保",
    "payable": "缴费后当年能享受待遇",
    "priced": "缴费标准已经公布",
    "complete": "材料齐全",
}
FOLLOW_UPS = {
    "first-day": "记下待遇开始的日期，在这之前看病要自费",
    "voucher": "下载参保凭证和缴费凭证，留作以后查询的依据",
    "next-year": "居民医保保到年底：下一个集中缴费期记得续保",
}
REASONS = {
    "resume.out-of-season": "本地灵活就业人员在每年{months}受理续保和参保，现在不受理。可以先测算、准备材料，到时候再来办理。",
    "resume.never-joined": "您还没有参加过基本医保，没有可以恢复的参保关系。第一次参保请办理“城乡居民参保登记”，灵活就业的办理“灵活就业人员参保登记”。",
    "resume.ended": "您的这份医保已经终止参保，不能恢复。想参保请重新办理“城乡居民参保登记”或“灵活就业人员参保登记”。",
    "resume.still-active": "您的医保现在是“正常参保”，不需要恢复。有没缴的月份，请到“补缴欠费”缴清。",
    "resume.still-covered": "您的医保现在是“正常参保”，保到{until}，不需要恢复。续保下一年度，请在集中缴费期内到“在线缴费”缴费。",
    "resume.instead-of-joining": "您在本地有一份已暂停的同一种医保，不用重新登记，请办理“恢复参保（取消暂停参保）”。",
    "resume.through-unit": "您的这份职工医保由单位“{unit}”办理，恢复要由单位办增员，个人不能办。已经离职的，可以自己参加：灵活就业的办理“灵活就业人员参保登记”，或办理“城乡居民参保登记”。",
    "resume.awaiting-payment": "您的申请（受理编号 {number}）已经审核通过，正在等待缴费，不用再次提交。请打开这件申请，按上面的账单缴费。",
    "resume.open-elsewhere": "您在{area}还有一件正在办理的申请（受理编号 {number}），两份医保不能同时变动。请先在“我的申请”中查看，等它办结，或在“待审核”时撤销它，再来办理。",
    "resume.bill-exists": "这段时间的费用已经缴过，或者正在支付（账单号 {bill}），不能重复收费。正在支付的，请先到“在线缴费”付完或取消；只缴了一部分或有疑问的，请拨打 12393。",
    "resume.phone-missing": "还没有填写联系电话。请返回修改，填写能接到短信的手机号。",
    "resume.id-missing": "还缺身份证复印件（正面）。请上传，或勾选使用医保电子凭证。",
    "resume.card-missing": "还缺医保卡或社保卡。请上传其中一种，或勾选使用医保电子凭证。",
    "resume.part-returned": "到最后缴费日没有缴足，缴过的钱已经退回，这次申请没有生效，参保状态不变。需要时请重新申请。",
    "resume.unpaid": "到最后缴费日还没有缴费，这次申请没有生效，账单已作废，参保状态不变。需要时请重新申请。",
    "resume.not-possible": "再次核对时，已经不能恢复参保（例如单位已经为您参保）。这次申请没有生效，也没有收取费用。有疑问请拨打 12393。",
    "planner.no-standard": "{area}还没有公布{year}年度居民医保的缴费标准，所以算不出金额，现在也不能提交。公布以后就可以办理，等待期照样按上面的日期算。",
    "planner.no-base": "{area}还没有公布职工医保的缴费基数，所以算不出金额，现在不能提交。请拨打 12393。",
}
