from django.apps import AppConfig


class ProspectingConfig(AppConfig):
    name = "prospecting"
