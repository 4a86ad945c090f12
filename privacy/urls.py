from django.urls import path

from privacy.views.settings import choice, privacy_settings
from privacy.views.sweeper import sweeper

urlpatterns = [
    path("sweeper/", sweeper, name="sweeper"),
    path("settings/", privacy_settings, name="privacy-settings"),
    path("settings/<str:switch_id>/", choice, name="privacy-choice"),
]
