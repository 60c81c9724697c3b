"""Spanish names for what the world holds, made by Faker."""

from __future__ import annotations

from faker.generator import Generator
from faker.providers.address.es_ES import Provider as AddressProvider
from faker.providers.company.es_ES import Provider as CompanyProvider
from faker.providers.person.es_ES import Provider as PersonProvider

from mock_server.world.stream import Stream


class Names:
    """Names drawn from a stream.

    Only the three providers in use are loaded: a whole Spanish Faker takes longer to make than all the invoices.
    """

    def __init__(self, stream: Stream) -> None:
        self._generator = Generator()
        self._generator.random = stream
        for provider in (PersonProvider, AddressProvider, CompanyProvider):
            self._generator.add_provider(provider)

    def company(self) -> str:
        """The name of a company."""
        return str(self._generator.company())

    def place(self) -> str:
        """A street and a town."""
        return f"{self._generator.street_name()}, {self._generator.city()}"

    def surname(self) -> str:
        """The family name of a person."""
        return str(self._generator.last_name())
