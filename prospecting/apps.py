from django.apps import AppConfig


class ProspectingConfig(AppConfig):
    name = "prospecting"

    def ready(self) -> None:
        from prospecting.actions import partners
        from tenants.actions import invitations

        if partners.join not in invitations.AFTER_ACCEPTING:
            invitations.AFTER_ACCEPTING.append(partners.join)
