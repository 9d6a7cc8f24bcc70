from django.apps import AppConfig


class ProspectingConfig(AppConfig):
    name = "prospecting"

    def ready(self) -> None:
        from pipeline.actions import importing
        from prospecting.actions import importing_activities, importing_contacts, partners
        from prospecting.domain.importing_kinds import ACTIVITIES, CONTACTS, FINDINGS
        from tenants.actions import invitations

        importing.register(ACTIVITIES, importing_activities, FINDINGS)
        importing.register(CONTACTS, importing_contacts, FINDINGS)
        if partners.join not in invitations.AFTER_ACCEPTING:
            invitations.AFTER_ACCEPTING.append(partners.join)
