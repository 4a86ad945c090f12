from django.urls import path

from privacy.views import voicelab
from privacy.views.settings import choice, privacy_settings
from privacy.views.sweeper import sweeper

urlpatterns = [
    path("sweeper/", sweeper, name="sweeper"),
    path("voice-lab/", voicelab.voice_lab, name="voice-lab"),
    path("voice-lab/withdrawal/", voicelab.withdraw_all, name="voice-lab-withdraw-all"),
    path(
        "voice-lab/contributions/<str:contribution_id>/sound",
        voicelab.sound,
        name="contribution-sound",
    ),
    path(
        "voice-lab/contributions/<str:contribution_id>/withdrawal/",
        voicelab.withdraw,
        name="contribution-withdraw",
    ),
    path(
        "voice-lab/recordings/<str:recording_id>/deletion/",
        voicelab.drop_recording,
        name="recording-drop",
    ),
    path("settings/", privacy_settings, name="privacy-settings"),
    path("settings/<str:switch_id>/", choice, name="privacy-choice"),
]
