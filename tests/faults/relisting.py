"""A listing made anew from the deployment's own groups, with single steps of the making replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from faults.exchange import Answer, Handler, Request
from faults.site import Site

Group = dict[str, Any]
Groups = list[Group]


@dataclass(frozen=True)
class Ask:
    """What a valid request for groups asks for."""

    facility_id: str | None
    search: str
    page: int
    size: int

    @classmethod
    def of(cls, request: Request, answered: dict[str, Any]) -> Ask:
        """What was asked for, read with the help of the right answer."""
        given = request.parameters
        facility_id = given.get("facility_id")
        return cls(facility_id and facility_id.lower(), given.get("search", ""), answered["page"], answered["size"])

    @property
    def start(self) -> int:
        """How many groups stand before the page."""
        return (self.page - 1) * self.size


def in_facility(ask: Ask, group: Group) -> bool:
    """Whether the facility filter lets the group through."""
    return ask.facility_id is None or group["facility_id"].lower() == ask.facility_id


def has_text(ask: Ask, group: Group) -> bool:
    """Whether the search lets the group through."""
    return ask.search.lower() in group["cups"].lower()


def as_listed(_: Ask, groups: Groups) -> Groups:
    """The groups in the order of the deployment."""
    return groups


def page_of(ask: Ask, groups: Groups) -> Groups:
    """The groups of the page."""
    return groups[ask.start : ask.start + ask.size]


def count_all(_: Ask, matching: Groups, __: Groups) -> int:
    """The number of groups that match."""
    return len(matching)


def round_up(total: int, size: int) -> int:
    """The number of pages."""
    return max(1, -(-total // size))


@dataclass(frozen=True)
class Relisting:
    """The steps from all groups to one page; it is an edit."""

    gather: Callable[[Groups], Groups] = list
    """From the deployment's groups to those there are."""
    facility: Callable[[Ask, Group], bool] = in_facility
    search: Callable[[Ask, Group], bool] = has_text
    combine: Callable[[list[bool]], bool] = all
    """How the filters that are given work together."""
    arrange: Callable[[Ask, Groups], Groups] = as_listed
    """From the matching groups to those that are paged."""
    cut: Callable[[Ask, Groups], Groups] = page_of
    total: Callable[[Ask, Groups, Groups], int] = count_all
    """From the groups that are paged and those of the page."""
    pages: Callable[[int, int], int] = round_up
    """From total and size."""

    def __call__(self, site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if not request.is_listing or answer.status != 200:
                return answer
            ask = Ask.of(request, answer.json)
            return answer.with_json(self._page(ask, self.gather(fetch_groups(site, request))))

        return handle

    def _page(self, ask: Ask, groups: Groups) -> dict[str, Any]:
        listed = self.arrange(ask, [group for group in groups if self._matches(ask, group)])
        items = self.cut(ask, listed)
        total = self.total(ask, listed, items)
        return {
            "items": items,
            "total": total,
            "page": ask.page,
            "size": ask.size,
            "total_pages": self.pages(total, ask.size),
        }

    def _matches(self, ask: Ask, group: Group) -> bool:
        verdicts = []
        if ask.facility_id is not None:
            verdicts.append(self.facility(ask, group))
        if ask.search:
            verdicts.append(self.search(ask, group))
        return not verdicts or self.combine(verdicts)


def fetch_groups(site: Site, request: Request) -> Groups:
    """Every group of the organization that a request speaks for."""
    groups: Groups = []
    page, pages = 1, 1
    while page <= pages:
        whole = request.with_parameters(facility_id=None, search=None, page=str(page), size="200")
        answered = site.answer(whole).json
        groups, page, pages = groups + answered["items"], page + 1, answered["total_pages"]
    return groups
