"""What the API says of an application: public values, the contact masked."""

from rest_framework import serializers

from portal.masking import mask_phone
from suspension.models import Application


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """办件, read only."""

    item_name = serializers.CharField(source="get_item_display", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    contact_phone = serializers.SerializerMethodField()

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
            "contact_phone",
            "submitted_at",
            "due_on",
            "effective_on",
            "last_covered_on",
            "correction_due_on",
        )
        read_only_fields = fields

    def get_contact_phone(self, application: Application) -> str:
        """Three and four digits."""
        return mask_phone(application.contact_phone)


class VersionSerializer(serializers.Serializer[None]):
    """The version the caller saw; an outdated one is answered with 409."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
