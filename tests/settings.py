"""The product's own settings, on a data directory that goes with the tests."""

import atexit
import os
import shutil
import tempfile

if "SOTTO_DATA" not in os.environ:
    os.environ["SOTTO_DATA"] = tempfile.mkdtemp(prefix="sotto-tests-")
    atexit.register(shutil.rmtree, os.environ["SOTTO_DATA"], ignore_errors=True)

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
for name, database in DATABASES.items():
    if database["ENGINE"].endswith("sqlite3"):
        # A file, as in the product: in memory, threads would lock one another out.
        database["TEST"] = {"NAME": DATA_DIR / f"test-{name}.sqlite3"}
    else:
        database["TEST"] = {"NAME": f"test_sotto_{name}"}
# Names without hashes: tests of pages need no collected files. The live house has the real ones.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
