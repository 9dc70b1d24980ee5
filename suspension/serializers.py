"""What the API says of an application: public values, the contact masked."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.masking import mask_phone
from suspension.models import Application, Attachment


class MaterialSerializer(serializers.ModelSerializer[Attachment]):
    """材料: its slot and name; the file itself is shown in the hall only."""

    slot_name = serializers.CharField(source="get_slot_display", read_only=True)

    class Meta:
        model = Attachment
        fields = ("slot", "slot_name", "name", "size", "state")
        read_only_fields = fields


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """办件, read only."""

    item_name = serializers.CharField(source="get_item_display", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    channel_name = serializers.CharField(source="get_channel_display", read_only=True)
    contact_phone = serializers.SerializerMethodField()
    materials = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = (
            "number",
            "item",
            "item_name",
            "state",
            "state_name",
            "version",
            "reason_code",
            "stop_month",
            "resume_month",
            "wants_transfer",
            "transfer_target",
            "uses_credential",
            "materials",
            "channel",
            "channel_name",
            "contact_phone",
            "submitted_at",
            "due_on",
            "effective_on",
            "last_covered_on",
            "correction_due_on",
        )
        read_only_fields = fields

    @extend_schema_field(MaterialSerializer(many=True))
    def get_materials(self, application: Application) -> list[dict[str, Any]]:
        """What was uploaded and not removed; the list has read them for all its rows."""
        kept = getattr(application, "kept_materials", None)
        if kept is None:
            kept = Attachment.objects.kept().filter(application=application).order_by("id")
        return [dict(row) for row in MaterialSerializer(kept, many=True).data]

    def get_contact_phone(self, application: Application) -> str:
        """Three and four digits."""
        return mask_phone(application.contact_phone)


class VersionSerializer(serializers.Serializer[None]):
    """The version the caller saw; an outdated one is answered with 409."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
