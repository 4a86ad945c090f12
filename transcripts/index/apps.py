from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "transcripts.index"
    label = "search"
