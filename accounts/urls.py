from django.urls import path

from accounts.views.account import account, deletion, export, export_file
from accounts.views.keys import api_keys, revocation

urlpatterns = [
    path("", account, name="account"),
    path("deletion/", deletion, name="account-delete"),
    path("export/", export, name="account-export"),
    path("export/sotto-export.zip", export_file, name="account-export-file"),
    path("keys/", api_keys, name="api-keys"),
    path("keys/<int:key_id>/revocation/", revocation, name="api-key-revoke"),
]
