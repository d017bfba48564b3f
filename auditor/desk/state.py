"""What is open in a desk: the season, the words it speaks, the run in the background."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from auditor import office
from auditor.desk.background import Background
from auditor.desk.originals import SeasonOriginals
from auditor.desk.snapshot import Cache, Snapshot
from auditor.model.rulebook import Rulebook
from auditor.season.roster import Roster
from auditor.text.words import say


@dataclass(slots=True)
class Desk:
    """One season in one browser. Used by one thread at a time; ``token`` opens it once."""

    store: office.SeasonStore
    rulebook: Rulebook
    lang: str
    background: Background
    originals: SeasonOriginals
    cache: Cache
    roster: tuple[bytes, Roster] | None = None
    """The season's roster as it was read last, with its bytes."""
    figures: dict[tuple[int, str], dict[str, int]] = field(default_factory=dict)
    """Totals that versions print, by version and round."""
    uploaded: tuple[str, list[list[str]]] | None = None
    """A roster that was uploaded and whose columns a person has not confirmed: its name and rows."""
    watch: bool = False
    """Whether new files in the folders are taken in by themselves."""
    refused: set[str] = field(default_factory=set)
    """Names that the watch found and a run left out."""
    hashes: dict[tuple[str, int, int], str] = field(default_factory=dict)
    """Hashes of received files by path, time and size."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def say(self, key: str, **values: object) -> str:
        """A text of ``rules/messages`` in the desk's language."""
        return say(self.rulebook.words, self.lang, key, **values)

    @property
    def today(self) -> str:
        """This PC's day, ISO."""
        return datetime.date.today().isoformat()

    def snapshot(self) -> Snapshot:
        """The season as it stands."""
        return self.cache.get(self.today)

    @property
    def incoming(self) -> Path:
        """Where received reports are kept."""
        return office.incoming_folder(self.store, self.lang)

    @property
    def answers(self) -> Path:
        """Where received answers are kept."""
        return self.store.folder / self.say("desk.answers_folder")


def open_desk(folder: Path, rulebook: Rulebook, lang: str, who: str) -> Desk:
    """Open the season of a folder, made if there is none; a new one confirms findings before they go into notices. Raises SeasonError."""
    new = not office.is_season(folder)
    store = office.create_season(folder, who=who)
    if new:
        office.set_settings(store, confirm_first=True)
    return Desk(
        store=store, rulebook=rulebook, lang=lang, background=Background(folder), originals=SeasonOriginals(folder), cache=Cache(store)
    )
