from django.contrib import admin
from django.urls import include, path

from config.integrity import published

urlpatterns = [
    path("private/integrity.json", published, name="private-integrity"),
    path("", include("transcripts.urls")),
    path("", include("transcripts.api.urls")),
    path("privacy/", include("privacy.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
]

handler400 = "transcripts.views.pages.bad_request"
handler403 = "transcripts.views.pages.forbidden"
handler404 = "transcripts.views.pages.not_found"
handler500 = "transcripts.views.pages.server_error"
