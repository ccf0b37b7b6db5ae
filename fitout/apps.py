from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class FitoutConfig(AppConfig):
    name = "fitout"
    verbose_name = pgettext_lazy("record", "Fit-out")
