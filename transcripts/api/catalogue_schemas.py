"""Models and languages, as the OpenAPI document says them."""

from __future__ import annotations

from ninja import Schema


class Capabilities(Schema):
    translation: bool
    vocabulary: bool
    diarization: bool
    word_timestamps: bool


class ModelOut(Schema):
    id: str
    label: str
    is_default: bool
    installed: bool
    why_not: str
    install_hint: str
    needs_gpu: bool
    languages: list[str]
    capabilities: Capabilities
    note: str


class ModelList(Schema):
    results: list[ModelOut]


class LanguageOut(Schema):
    code: str
    name: str
    models: list[str]


class LanguageList(Schema):
    results: list[LanguageOut]
