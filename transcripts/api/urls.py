from django.urls import path, re_path

from transcripts.api import docs, health
from transcripts.api.v1 import api

urlpatterns = [
    path("v1/", api.urls),
    re_path(r"^v1/.*$", docs.nothing_here),
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
    path("docs/api/", docs.reference, name="api-docs"),
    path("docs/api/errors/", docs.errors, name="api-errors"),
]
