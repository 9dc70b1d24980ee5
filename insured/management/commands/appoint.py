"""Appoints the first administrator of a pooling area; every other post is given on the page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insured.models import PoolingArea
from insured.services.posts import NewPost, appoint_from_shell
from portal import clock
from portal.errors import BusinessRuleError
from portal.labels import say


class Command(BaseCommand):
    """The person needs an account, and the log-in and the name must belong together."""

    help = "任命统筹区的第一位管理员；其他岗位由管理员在“岗位”页面任命。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--login", required=True, help="手机号、身份证号或邮箱")
        parser.add_argument("--name", required=True, help="账号上的姓名")
        parser.add_argument("--area", required=True, help="医保区划，例如 119901")
        parser.add_argument("--reason", required=True, help="依据，例如文件号")

    def handle(self, *args: Any, **options: Any) -> None:
        area = PoolingArea.objects.filter(code=options["area"]).first()
        if area is None:
            raise CommandError(f"没有医保区划为 {options['area']} 的统筹区。")
        new = NewPost(
            login=options["login"],
            name=options["name"],
            area_id=area.pk,
            role="administrator",
            starts_on=clock.today(),
            reason=options["reason"],
        )
        try:
            post = appoint_from_shell(new)
        except BusinessRuleError as error:
            raise CommandError("\n".join(say(reason) for reason in error.reasons)) from error
        self.stdout.write(self.style.SUCCESS(f"已任命 {post.user.display_name} 为{area.name}管理员。"))
