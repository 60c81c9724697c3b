"""Spanish names for what the world holds, made by Faker."""

from __future__ import annotations

from faker.generator import Generator
from faker.providers.address.es_ES import Provider as Addresses
from faker.providers.company.es_ES import Provider as Companies
from faker.providers.person.es_ES import Provider as Persons

from mock_server.world.stream import Stream


class Names:
    """Names drawn from a stream.

    Only the three providers in use are loaded: a whole Spanish Faker takes longer to make than all the invoices.
    """

    def __init__(self, stream: Stream) -> None:
        generator = Generator()
        generator.random = stream
        self._addresses, self._companies = Addresses(generator), Companies(generator)
        self._persons = Persons(generator)
        for provider in (self._persons, self._addresses, self._companies):
            generator.add_provider(provider)

    def company(self) -> str:
        """The name of a company."""
        return self._companies.company()

    def person(self) -> tuple[str, str]:
        """A first and a last name."""
        return self._persons.first_name(), self._persons.last_name()

    def place(self) -> tuple[str, str]:
        """A street and a town."""
        return self._addresses.street_name(), self._addresses.city()
