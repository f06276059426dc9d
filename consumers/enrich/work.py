"""One article while it is enriched: what several enrichments share is made once, when first asked for."""

from collections.abc import Collection
from functools import cached_property
from typing import Final

from consumers.enrich import embedding, language, names
from consumers.enrich.background import Backgrounds
from consumers.enrich.clusters import Cluster
from consumers.enrich.opening import without_dateline
from consumers.enrich.recognize import Recognised
from consumers.enrich.text import Paragraph, read
from schemas.records import Article

MODELLED: Final = frozenset(("en",))
"""Languages with a model of names."""


class Work:
    """An article and its shared parts. `without` names the enrichments that are switched off: nothing is made for them."""

    def __init__(
        self,
        article: Article,
        without: Collection[str] = (),
        backgrounds: Backgrounds | None = None,
        *,
        remembers: bool = False,
        recognised: Recognised | None = None,
    ) -> None:
        """`remembers` says whether there is a memory of the archive's names; `recognised` holds what the model read before."""
        self.article = article
        self._recognised = recognised
        self.remembers = remembers
        self.backgrounds = backgrounds
        self._without = without

    def is_off(self, name: str) -> bool:
        """Whether an enrichment is switched off."""
        return name in self._without

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The body, cut into words once."""
        return read(self.article.paragraphs)

    @property
    def filed(self) -> str | None:
        """The body's dateline as printed, if it is known."""
        return self.article.dateline.text if self.article.dateline else None

    @cached_property
    def told(self) -> list[Paragraph]:
        """The body without the dateline that it opens with: where and by whom a report was filed is none of its words."""
        return [without_dateline(paragraph, self.filed) for paragraph in self.paragraphs]

    @cached_property
    def detected(self) -> str | None:
        """The language of the text, where the article states none and detection is not switched off."""
        if language.base(self.article.language) or "language" in self._without:
            return None
        return language.detect(self.article.paragraphs)

    @cached_property
    def tongue(self) -> str | None:
        """The language without its region, stated or detected; None when unknown."""
        return language.base(self.article.language) or self.detected

    @property
    def modelled(self) -> bool:
        """Whether names can be recognised in this language."""
        return self.tongue in MODELLED

    @cached_property
    def clusters(self) -> list[Cluster]:
        """The names with all their candidates; empty without a model or with names switched off."""
        if not self.modelled or "names" in self._without:
            return []
        return names.find(self.paragraphs, self._recognised)

    @cached_property
    def vector(self) -> tuple[float, ...] | None:
        """The embedding; None for an article without words, or with embeddings switched off."""
        if "embedding" in self._without:
            return None
        return embedding.find(self.article.headline, self.article.standfirst, self.article.paragraphs)
