"""Content that staff write in the admin: guides, questions, words, notices."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from portal import clock
from portal.help import labels

Row = TypeVar("Row", bound=models.Model)


class ContentQuerySet(models.QuerySet[Row]):
    """Rows with `published_at`."""

    def published(self) -> Self:
        """What visitors see now; without a moment of publication a row is a draft."""
        return self.filter(published_at__lte=clock.now())


class Content(models.Model):
    """A slug that stands in the address, when it is to be seen, and when it was last changed."""

    slug = models.SlugField("网址名", max_length=60, unique=True, help_text="小写字母、数字和连字符，发布后不要改。")
    published_at = models.DateTimeField("发布时间", null=True, blank=True, help_text="不填就是草稿，网厅里看不到。")
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        abstract = True


class Guide(Content):
    """办事指南 with the elements that guides of public services have (domain reference 6.6).

    Long texts: one paragraph a line; lines that begin with "- " are a list.
    """

    title = models.CharField("标题", max_length=80)
    summary = models.CharField("一句话说明", max_length=120)
    aliases = models.CharField("其他叫法", max_length=400, blank=True, help_text="用空格分开，搜索时用。")
    service_code = models.SlugField(
        "对应事项", max_length=60, blank=True, help_text="事项目录里的代码，例如 stop；写了就有“去办理”。"
    )
    is_online = models.BooleanField("可以网上办理", default=True)
    basics = models.TextField("基本信息")
    conditions = models.TextField("受理条件")
    materials = models.TextField("申报材料", help_text="每行一种：名称｜形式｜份数｜什么时候需要")
    steps = models.TextField("办理流程", help_text="每行一步。")
    time_limit = models.TextField("办理时限")
    fee = models.CharField("收费标准", max_length=100, default="不收费。")
    result = models.TextField("办理结果")
    visits = models.CharField("到现场次数", max_length=60, default="0 次")
    place = models.TextField("办理地点和时间")
    basis = models.TextField("设定依据")
    forms = models.TextField("表格下载", blank=True)
    questions = models.TextField("常见问题", blank=True)
    contact = models.TextField("咨询方式")
    complaint = models.TextField("监督投诉")
    related = models.CharField("相关指南", max_length=200, blank=True, help_text="其他指南的网址名，用空格分开。")

    objects = ContentQuerySet["Guide"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办事指南"

    def __str__(self) -> str:
        return self.title


class Question(Content):
    """常见问题. A sentence that goes around and is wrong is quoted as `claim`, and answered with the rule."""

    question = models.CharField("问题", max_length=120)
    topic = models.CharField("类别", max_length=16, choices=list(labels.TOPICS.items()))
    aliases = models.CharField("其他问法", max_length=300, blank=True, help_text="用空格分开，搜索时用。")
    claim = models.CharField("网上的不实说法", max_length=200, blank=True)
    answer = models.TextField("回答")
    source = models.CharField("依据", max_length=300, blank=True)
    related = models.CharField("相关指南", max_length=200, blank=True, help_text="指南的网址名，用空格分开。")
    position = models.PositiveSmallIntegerField("顺序", default=100)

    objects = ContentQuerySet["Question"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常见问题"
        constraints = [models.CheckConstraint(condition=Q(topic__in=list(labels.TOPICS)), name="question_topic_known")]

    def __str__(self) -> str:
        return self.question


class Term(Content):
    """名词解释: a word, what it means here, and which code of the coverage status it sets."""

    name = models.CharField("名词", max_length=60)
    aliases = models.CharField("其他叫法", max_length=200, blank=True, help_text="用空格分开，搜索时用。")
    meaning = models.TextField("意思")
    sets_status = models.CharField("办理后的参保状态", max_length=80, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=100)

    objects = ContentQuerySet["Term"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名词解释"

    def __str__(self) -> str:
        return self.name


class Notice(Content):
    """通知公告, 政策解读, 新闻动态."""

    kind = models.CharField("栏目", max_length=8, choices=list(labels.NOTICE_KINDS.items()))
    title = models.CharField("标题", max_length=100)
    body = models.TextField("正文")
    source = models.CharField("来源", max_length=200, blank=True)
    area_code = models.CharField("适用统筹区", max_length=6, blank=True, help_text="不选就是各地都适用。")
    is_told = models.BooleanField(
        "通知订阅人", default=True, help_text="发布时通知订阅了这个栏目的人，每人一次；通知过以后不能删除，只能撤下。"
    )

    objects = ContentQuerySet["Notice"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公告与资讯"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(labels.NOTICE_KINDS)), name="notice_kind_known")
        ]
        indexes = [models.Index(fields=["kind", "-published_at", "-id"], name="notice_newest")]

    def __str__(self) -> str:
        return self.title
