"""The account table."""

import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

import portal.accounts.models
import portal.crypto


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "handle",
                    models.CharField(
                        default=portal.accounts.models.new_handle,
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="账号",
                    ),
                ),
                ("display_name", models.CharField(max_length=64, verbose_name="姓名")),
                (
                    "phone",
                    portal.crypto.EncryptedTextField(blank=True, editable=False, null=True, verbose_name="手机号"),
                ),
                (
                    "phone_index",
                    portal.crypto.BlindIndexField(
                        blank=True,
                        editable=False,
                        max_length=64,
                        null=True,
                        part=None,
                        purpose="phone",
                        source="phone",
                        unique=True,
                        verbose_name="手机号索引",
                    ),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, null=True, unique=True, verbose_name="电子邮箱"),
                ),
                (
                    "id_index",
                    portal.crypto.BlindIndexField(
                        blank=True,
                        editable=False,
                        max_length=64,
                        null=True,
                        part=None,
                        purpose="resident-id",
                        source="",
                        unique=True,
                        verbose_name="身份证号索引",
                    ),
                ),
                ("is_staff", models.BooleanField(default=False, verbose_name="工作人员")),
                ("is_active", models.BooleanField(default=True, verbose_name="可登录")),
                ("sessions_ended", models.PositiveIntegerField(default=0, editable=False, verbose_name="会话作废次数")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="开通时间"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone__isnull", True), ("phone_index__isnull", True)),
                            models.Q(("phone__isnull", False), ("phone_index__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_user_phone_with_index",
                        violation_error_message="手机号和它的索引必须同时填写或同时为空。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email__isnull", True),
                            ("email", django.db.models.functions.text.Lower("email")),
                            _connector="OR",
                        ),
                        name="accounts_user_email_lower_case",
                        violation_error_message="电子邮箱须为小写。",
                    ),
                ],
            },
        ),
    ]
