"""Searches of a catalogue whose papers are indexed by a Milvus server.

``writer`` keeps the server up to date with the catalogue, ``expressions`` turns conditions into its language, and
``milvus_index`` is the live index: for each search, an index of the papers that it needs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from retrieval.catalogue import Catalogue
from retrieval.index import Index
from retrieval.index.milvus.collection import PaperCollection
from retrieval.index.milvus.connection import MilvusConnection
from retrieval.search.live_index import LiveIndex
from retrieval.search.milvus.milvus_index import MilvusIndex
from retrieval.settings import LibrarySettings, MilvusSettings, SearchEngine


def live_index(
    catalogue: Catalogue,
    settings: LibrarySettings,
    folder: Path | None,
    prepare: Callable[[Index], Awaitable[None]],
    *,
    follows: bool,
) -> LiveIndex:
    """The live index of a catalogue that the settings ask for: in ``folder``, or on a Milvus server.

    ``follows``: one that only reads. Raises ``SettingsError`` if the extra ``milvus`` isn't installed.
    """
    chosen, title_weight = settings.retrieval, settings.retrieval.title_weight
    if chosen.engine is not SearchEngine.MILVUS:
        return LiveIndex(
            catalogue,
            folder=folder,
            title_weight=title_weight,
            prepare=prepare,
            engine=chosen.engine,
            read_only=follows,
        )
    return MilvusIndex(
        catalogue,
        paper_collection(settings.milvus),
        lock=folder and folder.parent / "milvus.lock",
        title_weight=title_weight,
        prepare=prepare,
        writes=settings.milvus.writes and not follows,
    )


def paper_collection(settings: MilvusSettings) -> PaperCollection:
    """The collections that the settings name. Raises ``SettingsError`` if the extra ``milvus`` isn't installed."""
    token = settings.token.get_secret_value()
    return PaperCollection(MilvusConnection(settings.uri, token=token, seconds=settings.seconds), settings.collection)
