"""What content reads from the environment. A missing variable stops the start and is named."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from content.search.engines import search_index
from pijnstad_kit.settings import WorkerSettings

SHIPPED = Path(__file__).resolve().parent.parent / "library"


class Settings(WorkerSettings):
    """Add where the search index is, and where the library's files are."""

    service: str = "content"
    search_url: str = Field(description="tantivy:///absolute/directory, or the http(s) address of Elasticsearch")
    library_dir: Path = Field(default=SHIPPED, description="folder with the items as Markdown")

    @field_validator("search_url")
    @classmethod
    def _is_an_engine(cls, value: str) -> str:
        search_index(value)
        return value
