"""Objects go to S3 where a URL says so, to a folder where none does."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from config import env


def test_without_a_url_objects_go_to_a_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("STORAGE_URL", raising=False)
    storage = storages.create_storage(env.storage("STORAGE_URL", tmp_path / "objects"))
    name = storage.save("a.txt", ContentFile(b"kept"))
    assert (tmp_path / "objects" / name).read_bytes() == b"kept"


def test_a_url_that_is_no_s3_address_says_what_it_should_be(monkeypatch, tmp_path):
    monkeypatch.setenv("STORAGE_URL", "ftp://bucket")
    with pytest.raises(ImproperlyConfigured, match="s3://key:secret@bucket"):
        env.storage("STORAGE_URL", tmp_path)


def test_an_s3_url_names_bucket_credentials_and_endpoint(monkeypatch, tmp_path):
    monkeypatch.setenv("STORAGE_URL", "s3://k%2F1:s%40@sotto?endpoint_url=https://s3.example")
    options = env.storage("STORAGE_URL", tmp_path)["OPTIONS"]
    client = options.pop("client_config")
    assert (client.connect_timeout, client.read_timeout) == (3, 20)
    assert (client.s3, client.signature_version) == ({"addressing_style": "path"}, "s3v4")
    assert options == {
        "bucket_name": "sotto",
        "access_key": "k/1",
        "secret_key": "s@",
        "endpoint_url": "https://s3.example",
        "signature_version": "s3v4",
        "addressing_style": "path",
        "file_overwrite": False,
        "default_acl": None,
        "querystring_expire": 300,
    }
