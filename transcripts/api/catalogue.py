"""What this server can do: models and languages."""

from __future__ import annotations

from django.conf import settings
from ninja import Router

from gpu.contract import MODELS, Model
from transcripts import fleet
from transcripts.api.catalogue_schemas import LanguageList, ModelList
from transcripts.api.door import ApiRequest
from transcripts.api.schemas import problems
from transcripts.api.shapes import Shape
from transcripts.languages import LANGUAGES, language_name

router = Router(tags=["Catalogue"])


@router.get("/models", response={200: ModelList, **problems()})
def list_models(request: ApiRequest) -> Shape:  # noqa: ARG001 - ninja hands it over
    """Every model, installed or not, and what brings in those that are not."""
    return {"results": [_model_shape(model) for model in MODELS]}


@router.get("/languages", response={200: LanguageList, **problems()})
def list_languages(request: ApiRequest) -> Shape:  # noqa: ARG001 - ninja hands it over
    """Every language with the installed models that know it."""
    installed = [model for model in MODELS if not _why_not(model)]
    return {
        "results": [
            {
                "code": code,
                "name": language_name(code),
                "models": [model.id for model in installed if code in model.languages],
            }
            for code in LANGUAGES
        ]
    }


def _model_shape(model: Model) -> Shape:
    missing = _why_not(model)
    return {
        "id": model.id,
        "label": model.label,
        "is_default": model.id == settings.DEFAULT_MODEL,
        "installed": not missing,
        # Folders of the server are its operator's business.
        "why_not": "" if settings.HOSTED else missing,
        "install_hint": "" if settings.HOSTED else model.install_hint,
        "needs_gpu": model.needs_gpu,
        "languages": list(model.languages),
        "capabilities": {
            "translation": model.translates,
            "vocabulary": model.accepts_vocabulary,
            "diarization": True,
            "word_timestamps": True,
        },
        "note": model.note,
    }


def _why_not(model: Model) -> str:
    return fleet.why_unavailable(model)
