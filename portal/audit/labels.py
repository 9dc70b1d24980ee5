"""The wording of the reasons that audit gives."""

REASONS = {
    "form.token-missing": "页面已经失效，请返回上一页，刷新后再提交。您填写的内容还在。",
}
